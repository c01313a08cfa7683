// The convolution gradients that tfjs-backend-wasm lacks, or has as plain loops, as sums of products of its fast kernels.
import type * as Tf from '@tensorflow/tfjs'

type Map4 = Tf.Tensor4D
type Shape4 = [number, number, number, number]
/** What TensorFlow.js says of a convolution or of its gradient. */
interface Attributes {
  strides: number | [number, number]
  pad: 'same' | 'valid' | number
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
  filterShape: Shape4
  inputShape: Shape4
}
type Info = Tf.backend_util.Conv2DInfo

/** Registers them once per process; on other backends nothing changes. */
export function addWasmGradients(tf: typeof Tf): void {
  const info = (x: Shape4, filter: Shape4, { strides, pad, dimRoundingMode }: Attributes, depthwise: boolean): Info =>
    tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, dimRoundingMode, depthwise)
  const register = (
    kernelName: string,
    compute: (inputs: Record<string, Map4>, attributes: Attributes) => Map4,
  ): void => {
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) =>
        tf.tidy(() => compute(inputs as Record<string, Map4>, attrs as unknown as Attributes)),
    })
  }
  register('Conv2DBackpropFilter', ({ x, dy }, a) =>
    filterGradient(tf, x!, dy!, info(x!.shape, a.filterShape, a, false)),
  )
  register('Conv2DBackpropInput', ({ dy, filter }, a) =>
    inputGradient(tf, dy!, filter!, info(a.inputShape, filter!.shape, a, false)),
  )
  register('DepthwiseConv2dNativeBackpropFilter', ({ x, dy }, a) =>
    depthwiseFilterGradient(tf, x!, dy!, info(x!.shape, a.filterShape, a, true)),
  )
  register('DepthwiseConv2dNativeBackpropInput', ({ dy, filter }, a) =>
    depthwiseInputGradient(tf, dy!, filter!, info(a.inputShape, filter!.shape, a, true)),
  )
}

/** For each place (i, j) of the filter the part of x that it meets: [batch, outHeight, outWidth, channels]. */
function* parts(tf: typeof Tf, x: Map4, info: Info): Generator<Map4> {
  const { filterHeight, filterWidth, outHeight, outWidth, strideHeight: sh, strideWidth: sw, padInfo: p } = info
  const [batch, height, width, channels] = x.shape
  // As many whole strides as the filter reaches over; what lies beyond is never met.
  const rows = (outHeight + Math.floor((filterHeight - 1) / sh)) * sh
  const columns = (outWidth + Math.floor((filterWidth - 1) / sw)) * sw
  const top = Math.min(height, rows - p.top)
  const left = Math.min(width, columns - p.left)
  const used = top < height || left < width ? tf.slice(x, [0, 0, 0, 0], [batch, top, left, channels]) : x
  const padded = tf.pad(used, [
    [0, 0],
    [p.top, rows - p.top - top],
    [p.left, columns - p.left - left],
    [0, 0],
  ]) as Map4
  // StridedSlice is slow on this backend: pick each phase of the stride once, as columns of a matrix, then slice it.
  const [h, w] = [rows / sh, columns / sw]
  const phases = new Map<string, Map4>()
  const phase = (i: number, j: number): Map4 => {
    if (sh === 1 && sw === 1) return padded
    const key = `${i} ${j}`
    let found = phases.get(key)
    if (!found) {
      const row = columns * channels
      const everyRow = tf.slice(tf.reshape(padded, [batch * h, sh * row]), [0, i * row], [batch * h, row])
      const dots = [batch * h * w, sw * channels] as [number, number]
      found = tf.reshape(tf.slice(tf.reshape(everyRow, dots), [0, j * channels], [dots[0], channels]), [
        batch,
        h,
        w,
        channels,
      ])
      phases.set(key, found)
    }
    return found
  }
  for (let i = 0; i < filterHeight; i++)
    for (let j = 0; j < filterWidth; j++) {
      const at = phase(i % sh, j % sw)
      const whole = h === outHeight && w === outWidth
      const from: Shape4 = [0, Math.floor(i / sh), Math.floor(j / sw), 0]
      yield whole ? at : tf.slice(at, from, [batch, outHeight, outWidth, channels])
    }
}

/** For each place of the filter the product of what it met and what came of it: [kh, kw, in, out]. */
function filterGradient(tf: typeof Tf, x: Map4, dy: Map4, info: Info): Map4 {
  const { filterHeight, filterWidth, inChannels, outChannels } = info
  const rows = dy.size / outChannels
  const across = tf.transpose(tf.reshape(dy, [rows, outChannels]))
  const products = [...parts(tf, x, info)].map((part) => tf.matMul(across, tf.reshape(part, [rows, inChannels])))
  return tf.reshape(tf.transpose(tf.stack(products), [0, 2, 1]), [filterHeight, filterWidth, inChannels, outChannels])
}

/** [kh, kw, channels, multiplier] */
function depthwiseFilterGradient(tf: typeof Tf, x: Map4, dy: Map4, info: Info): Map4 {
  const { filterHeight, filterWidth, inChannels, outChannels } = info
  const multiplier = outChannels / inChannels
  const rows = dy.size / outChannels
  // A product with ones adds up columns faster than Sum does.
  const ones = tf.ones([1, rows]) as Tf.Tensor2D
  const flat = tf.reshape(dy, [rows, inChannels, multiplier])
  const sums = [...parts(tf, x, info)].map((part) =>
    tf.matMul(
      ones,
      tf.reshape(tf.mul(tf.reshape(part, [rows, inChannels, 1]), flat), [rows, outChannels]) as Tf.Tensor2D,
    ),
  )
  return tf.reshape(tf.stack(sums), [filterHeight, filterWidth, inChannels, multiplier])
}

/** dy with zeros between its elements and around it, so that a convolution at stride 1 with the turned filter ends it. */
function spread(tf: typeof Tf, dy: Map4, info: Info): Map4 {
  const { filterHeight, filterWidth, inHeight, inWidth, strideHeight: sh, strideWidth: sw, padInfo: p } = info
  const [batch, h, w, channels] = dy.shape
  let apart: Map4 = dy
  if (sh > 1 || sw > 1) {
    const wide = tf.pad(tf.reshape(dy, [batch * h * w, 1, channels]), [
      [0, 0],
      [0, sw - 1],
      [0, 0],
    ])
    const high = tf.pad(tf.reshape(wide, [batch * h, 1, w * sw * channels]), [
      [0, 0],
      [0, sh - 1],
      [0, 0],
    ])
    apart = tf.reshape(high, [batch, h * sh, w * sw, channels])
  }
  const before = [filterHeight - 1 - p.top, filterWidth - 1 - p.left] as const
  const after = [inHeight + p.top - h * sh, inWidth + p.left - w * sw] as const
  // Negative: elements that only met padding. They are cut off.
  const cut = (n: number): number => Math.max(0, -n)
  const grow = (n: number): number => Math.max(0, n)
  const size: Shape4 = [
    batch,
    h * sh - cut(before[0]) - cut(after[0]),
    w * sw - cut(before[1]) - cut(after[1]),
    channels,
  ]
  const kept = tf.slice(apart, [0, cut(before[0]), cut(before[1]), 0], size)
  return tf.pad(kept, [
    [0, 0],
    [grow(before[0]), grow(after[0])],
    [grow(before[1]), grow(after[1])],
    [0, 0],
  ]) as Map4
}

function inputGradient(tf: typeof Tf, dy: Map4, filter: Map4, info: Info): Map4 {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels, batchSize } = info
  if (
    filterHeight * filterWidth * strideHeight * strideWidth === 1 &&
    info.padInfo.top === 0 &&
    info.padInfo.left === 0
  ) {
    const across = tf.transpose(tf.reshape(filter, [inChannels, outChannels]))
    const product = tf.matMul(tf.reshape(dy, [dy.size / outChannels, outChannels]), across)
    return tf.reshape(product, [batchSize, info.inHeight, info.inWidth, inChannels])
  }
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as Map4
  return tf.conv2d(spread(tf, dy, info), turned, 1, 'valid')
}

function depthwiseInputGradient(tf: typeof Tf, dy: Map4, filter: Map4, info: Info): Map4 {
  const { filterHeight, filterWidth, inChannels, outChannels, inHeight, inWidth, batchSize } = info
  // With several filters per channel: as many channels with one filter each, then their sum.
  const single: Shape4 = [filterHeight, filterWidth, outChannels, 1]
  const turned = tf.reshape(tf.reverse(filter, [0, 1]), single) as Map4
  const each = tf.depthwiseConv2d(spread(tf, dy, info), turned, 1, 'valid')
  if (inChannels === outChannels) return each
  const grouped = tf.reshape(each, [batchSize * inHeight * inWidth, inChannels, outChannels / inChannels])
  return tf.reshape(tf.sum(grouped, 2), [batchSize, inHeight, inWidth, inChannels])
}
