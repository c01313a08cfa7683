// What each operation of a graph is in TensorFlow.js; every form here works on every backend, with gradients.
import type * as Tf from '@tensorflow/tfjs'
import type { Graph, Node, Op, Pads } from './graph.ts'
import { upsample } from './upsample.ts'

/** Normalises by the batch: y, and the batch's mean and biased variance per channel. */
export type BatchNormalise = (
  x: Tf.Tensor,
  gain: Tf.Tensor,
  offset: Tf.Tensor,
  epsilon: number,
) => { y: Tf.Tensor; mean: Tf.Tensor; variance: Tf.Tensor }

/** A network's training pass as one operation, for one batch size. */
export interface CompiledNetwork {
  /** The taps that it was compiled for, and what each batch normalisation saw: mean, and variance with Bessel's correction. */
  run(
    x: Tf.Tensor,
    weight: (name: string) => Tf.Variable,
  ): { taps: Tf.Tensor[]; statistics: { node: Node<'batchNorm'>; mean: Tf.Tensor; unbiased: Tf.Tensor }[] }
}

/** Faster forms of operations on one backend, each with its gradient. Undefined: not in this form, so compose it. */
export interface FastKernels {
  conv?(x: Tf.Tensor4D, filter: Tf.Tensor4D, attributes: Node<'conv'>['attributes']): Tf.Tensor4D | undefined
  /** x: [..., channels] + bias: [channels] */
  addBias?(x: Tf.Tensor, bias: Tf.Tensor): Tf.Tensor
  /** x: [batch, height, width, channels]; gain, offset: [channels] */
  instanceNorm?(x: Tf.Tensor4D, gain: Tf.Tensor, offset: Tf.Tensor, epsilon: number): Tf.Tensor4D
  relu?(x: Tf.Tensor): Tf.Tensor
  relu6?(x: Tf.Tensor): Tf.Tensor
  /** slope: [channels] */
  prelu?(x: Tf.Tensor, slope: Tf.Tensor): Tf.Tensor
  /** The whole network in training mode. Undefined: this one must be run node by node. */
  compile?(graph: Graph, taps: readonly string[], batch: number): CompiledNetwork | undefined
}

export interface Context {
  tf: typeof Tf
  training: boolean
  updateStatistics: boolean
  seed: number | undefined
  weight: (name: string) => Tf.Variable
  batchNormalise?: BatchNormalise
  kernels?: FastKernels
}
type Kernel<K extends Op> = (context: Context, node: Node<K>, inputs: readonly Tf.Tensor[]) => Tf.Tensor
export type OpKernel = Kernel<Op>

const first = (inputs: readonly Tf.Tensor[]): Tf.Tensor4D => inputs[0] as Tf.Tensor4D
const isZero = (pads: Pads): boolean => pads.every((n) => n === 0)

/** Explicit padding as a node of its own: numeric `pad` arguments are not understood by every backend. */
function padded(tf: typeof Tf, x: Tf.Tensor4D, [top, right, bottom, left]: Pads, value = 0): Tf.Tensor4D {
  const around: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
  return isZero([top, right, bottom, left]) ? x : tf.pad(x, around, value)
}

/** At stride 1 an odd kernel padded by half its reach is what TensorFlow calls 'same'; nothing else is. */
function isSame({ kernel, stride, pads, dilation }: Node<'conv'>['attributes']): boolean {
  const half = kernel.map((k, i) => ((k - 1) * dilation[i as 0 | 1]) / 2)
  return (
    stride[0] === 1 &&
    stride[1] === 1 &&
    pads[0] === half[0] &&
    pads[2] === half[0] &&
    pads[1] === half[1] &&
    pads[3] === half[1] &&
    !isZero(pads)
  )
}

const conv: Kernel<'conv'> = ({ tf, weight, kernels }, { attributes: a, weights }, inputs) => {
  const filter = weight(`${weights}/filter`) as unknown as Tf.Tensor4D
  const y = kernels?.conv?.(first(inputs), filter, a) ?? composedConv(tf, first(inputs), filter, a)
  if (!a.bias) return y
  const bias = weight(`${weights}/bias`)
  return kernels?.addBias?.(y, bias) ?? tf.add(y, bias)
}

function composedConv(
  tf: typeof Tf,
  input: Tf.Tensor4D,
  filter: Tf.Tensor4D,
  a: Node<'conv'>['attributes'],
): Tf.Tensor4D {
  const mode = isSame(a) ? 'same' : 'valid'
  const x = mode === 'same' ? input : padded(tf, input, a.pads)
  const [kh, kw, perGroup] = filter.shape
  const stride = [...a.stride] as [number, number]
  const dilation = [...a.dilation] as [number, number]
  if (a.groups === 1) return tf.conv2d(x, filter, stride, mode, 'NHWC', dilation)
  if (perGroup === 1) {
    // Memory order of [kh, kw, 1, channels * multiplier] is that of [kh, kw, channels, multiplier].
    const depthwise = tf.reshape(filter, [kh, kw, a.groups, a.filters / a.groups]) as Tf.Tensor4D
    return tf.depthwiseConv2d(x, depthwise, stride, mode, 'NHWC', dilation)
  }
  const filters: Tf.Tensor4D[] = tf.split(filter, a.groups, 3)
  const split: Tf.Tensor4D[] = tf.split(x, a.groups, 3)
  const parts = split.map((p, i) => tf.conv2d(p, filters[i]!, stride, mode, 'NHWC', dilation))
  return tf.concat(parts, 3)
}

const batchNorm: Kernel<'batchNorm'> = (context, node, inputs) => {
  const { tf, training, updateStatistics, weight } = context
  const { epsilon } = node.attributes
  const x = first(inputs)
  const [gain, offset, mean, variance] = ['gain', 'offset', 'mean', 'variance'].map((r) =>
    weight(`${node.weights}/${r}`),
  ) as [Tf.Variable<Tf.Rank.R1>, Tf.Variable<Tf.Rank.R1>, Tf.Variable<Tf.Rank.R1>, Tf.Variable<Tf.Rank.R1>]
  if (!training) return tf.batchNorm(x, mean, variance, offset, gain, epsilon)
  const batch = (context.batchNormalise ?? composed(tf))(x, gain, offset, epsilon)
  if (updateStatistics) {
    const n = x.size / gain.size
    // PyTorch normalises by the biased variance, but remembers the unbiased one.
    moveStatistics(context, node, batch.mean, tf.mul(batch.variance, n > 1 ? n / (n - 1) : 1))
  }
  return batch.y
}

/** Running statistics move towards those of a batch. */
export function moveStatistics(
  { tf, weight }: Pick<Context, 'tf' | 'weight'>,
  { attributes: { momentum }, weights }: Node<'batchNorm'>,
  mean: Tf.Tensor,
  unbiased: Tf.Tensor,
): void {
  for (const [role, seen] of [
    ['mean', mean],
    ['variance', unbiased],
  ] as const) {
    const running = weight(`${weights}/${role}`)
    running.assign(tf.add(tf.mul(running, momentum), tf.mul(seen, 1 - momentum)))
  }
}

/** Batch normalisation from parts that every backend can differentiate. */
export const composed =
  (tf: typeof Tf): BatchNormalise =>
  (x, gain, offset, epsilon) => {
    const { mean, variance } = tf.moments(x, x.rank === 4 ? [0, 1, 2] : [0]) as {
      mean: Tf.Tensor1D
      variance: Tf.Tensor1D
    }
    const y = tf.batchNorm(x as Tf.Tensor4D, mean, variance, offset as Tf.Tensor1D, gain as Tf.Tensor1D, epsilon)
    return { y, mean, variance }
  }

/**
 * Every map of every image with mean 0 and biased variance 1, [batch, height, width, channels]; with a gradient of its
 * own, because the one that follows from tf.moments passes over the maps three times as often.
 */
export function whitened(tf: typeof Tf, x: Tf.Tensor4D, epsilon: number): Tf.Tensor4D {
  const mean = (of: Tf.Tensor): Tf.Tensor => tf.mean(of, [1, 2], true)
  const op = tf.customGrad((given, save) => {
    const centred = tf.sub(given as Tf.Tensor, mean(given as Tf.Tensor))
    const inverse = tf.rsqrt(tf.add(mean(tf.square(centred)), epsilon))
    const value = tf.mul(centred, inverse)
    ;(save as Tf.GradSaveFunc)([value, inverse])
    const gradFunc = (dy: Tf.Tensor, [y, scale]: Tf.Tensor[]): Tf.Tensor =>
      tf.mul(tf.sub(tf.sub(dy, mean(dy)), tf.mul(y!, mean(tf.mul(dy, y!)))), scale!)
    return { value, gradFunc: gradFunc as (dy: Tf.Tensor | Tf.Tensor[], saved: Tf.Tensor[]) => Tf.Tensor }
  })
  return op(x) as Tf.Tensor4D
}

const instanceNorm: Kernel<'instanceNorm'> = ({ tf, weight, kernels }, { attributes, weights }, inputs) => {
  const x = first(inputs)
  if (!attributes.affine) return whitened(tf, x, attributes.epsilon)
  const [gain, offset] = [weight(`${weights}/gain`), weight(`${weights}/offset`)]
  return (
    kernels?.instanceNorm?.(x, gain, offset, attributes.epsilon) ??
    tf.add(tf.mul(whitened(tf, x, attributes.epsilon), gain), offset)
  )
}

const deconv: Kernel<'deconv'> = ({ tf, weight, kernels }, { attributes: a, weights }, inputs) => {
  const x = first(inputs)
  const filter = weight(`${weights}/filter`) as unknown as Tf.Tensor4D
  const [top, right, bottom, left] = a.pads
  const side = (n: number, i: 0 | 1, begin: number, end: number) => {
    const whole = (n - 1) * a.stride[i] + a.kernel[i]
    const kept = whole - begin - end + a.outputPad[i]
    return { kept, reach: Math.max(whole, begin + kept) }
  }
  const [rows, columns] = [side(x.shape[1], 0, top, bottom), side(x.shape[2], 1, left, right)]
  const dims = (height: number, width: number): [number, number, number, number] => [
    x.shape[0],
    height,
    width,
    a.filters,
  ]
  // The whole product, from which the crop is cut: explicit padding is not understood by every backend.
  const whole = tf.conv2dTranspose(x, filter, dims(rows.reach, columns.reach), [...a.stride], 'valid')
  const cut = top > 0 || left > 0 || rows.kept < rows.reach || columns.kept < columns.reach
  const y = cut ? tf.slice(whole, [0, top, left, 0], dims(rows.kept, columns.kept)) : whole
  if (!a.bias) return y
  const bias = weight(`${weights}/bias`)
  return kernels?.addBias?.(y, bias) ?? tf.add(y, bias)
}

const low2x2 = (tf: typeof Tf, x: Tf.Tensor4D): Tf.Tensor4D => tf.avgPool(x, 2, 2, 'valid')

export const ops: { [K in Exclude<Op, 'input'>]: Kernel<K> } = {
  conv,
  deconv,
  batchNorm,
  instanceNorm,
  dense({ tf, weight }, { attributes: { bias }, weights }, inputs) {
    const y = tf.matMul(inputs[0]! as Tf.Tensor2D, weight(`${weights}/matrix`) as unknown as Tf.Tensor2D)
    return bias ? tf.add(y, weight(`${weights}/bias`)) : y
  },
  affine: ({ tf, weight }, { weights }, [x]) =>
    tf.add(tf.mul(x!, weight(`${weights}/gain`)), weight(`${weights}/offset`)),
  relu: ({ tf, kernels }, _node, [x]) => kernels?.relu?.(x!) ?? tf.relu(x!),
  relu6: ({ tf, kernels }, _node, [x]) => kernels?.relu6?.(x!) ?? tf.clipByValue(x!, 0, 6),
  tanh: ({ tf }, _node, [x]) => tf.tanh(x!),
  prelu: ({ tf, kernels, weight }, { weights }, [x]) => {
    const slope = weight(`${weights}/slope`)
    return kernels?.prelu?.(x!, slope) ?? tf.prelu(x!, slope)
  },
  add: ({ tf }, _node, inputs) => inputs.reduce((a, b) => tf.add(a, b)),
  concat: ({ tf }, _node, inputs) => tf.concat([...inputs] as Tf.Tensor4D[], 3),
  channels: ({ tf }, { attributes: { from, count } }, inputs) => {
    const x = first(inputs)
    return tf.slice(x, [0, 0, 0, from], [x.shape[0], x.shape[1], x.shape[2], count])
  },
  channelPad: ({ tf }, { attributes: { before, after } }, inputs) =>
    tf.pad(first(inputs), [
      [0, 0],
      [0, 0],
      [0, 0],
      [before, after],
    ]),
  pad: ({ tf }, { attributes: { pads } }, inputs) => padded(tf, first(inputs), pads),
  maxPool: ({ tf }, { attributes: { kernel, stride, pads } }, inputs) =>
    // The lowest float32 stands for minus infinity, which would turn into NaN in gradients.
    tf.maxPool(padded(tf, first(inputs), pads, -3.4028234663852886e38), [...kernel], [...stride], 'valid'),
  avgPool: ({ tf }, { attributes: { kernel, stride, pads } }, inputs) =>
    tf.avgPool(padded(tf, first(inputs), pads), [...kernel], [...stride], 'valid'),
  globalAvgPool: ({ tf }, _node, [x]) => tf.mean(x!, [1, 2]),
  flatten: ({ tf }, { attributes: { order } }, inputs) => {
    const x = first(inputs)
    const ordered = order === 'chw' ? tf.transpose(x, [0, 3, 1, 2]) : x
    return tf.reshape(ordered, [x.shape[0], x.size / x.shape[0]])
  },
  l2Normalise: ({ tf }, { attributes: { epsilon } }, [x]) =>
    tf.div(x!, tf.sqrt(tf.maximum(tf.sum(tf.square(x!), -1, true), epsilon))),
  haarLowPass: ({ tf }, { attributes: { gain } }, inputs) => {
    const low = low2x2(tf, first(inputs))
    return gain === 'orthonormal' ? tf.mul(low, 2) : low
  },
  upsample: ({ tf }, { attributes: { factor, mode } }, inputs) => upsample(tf, first(inputs), factor, mode),
  dropout: ({ tf, training, seed }, { id, attributes: { rate } }, [x]) =>
    training && rate > 0 ? tf.dropout(x!, rate, undefined, seed === undefined ? undefined : `${seed}/${id}`) : x!,
}
