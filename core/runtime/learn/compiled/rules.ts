// What each operation of a network is in TensorFlow's own graph, forwards and backwards.
import type { Node, Op } from '../../../nets/graph.ts'
import { paddingOf } from '../padding.ts'
import type { Drawing } from './drawing.ts'
import type { Attribute } from './graphDef.ts'
import { imageRules } from './imageRules.ts'
import { NHWC, type Rule, type Value } from './rule.ts'

type Convolution = Node<'conv'>['attributes']
const isDepthwise = ({ groups }: Convolution, x: Value): boolean => groups > 1 && groups === x.dims[3]
/** Filters of a depthwise convolution as TensorFlow wants them: [kh, kw, channels, multiplier]. */
const depthwiseDims = ({ kernel, groups, filters }: Convolution): number[] => [...kernel, groups, filters / groups]

/** Where padding is neither none nor 'same', it is an operation of its own: fused kernels forget explicit padding. */
function surround({ kernel, stride, pads }: Convolution, draw: Drawing, x: Value) {
  const { padding } = paddingOf(kernel, stride, pads)
  const attributes = {
    ...NHWC,
    strides: { ints: [1, ...stride, 1] },
    padding: { string: padding === 'EXPLICIT' ? 'VALID' : padding },
  }
  if (padding !== 'EXPLICIT')
    return { attributes, dims: x.dims, widen: (name: string) => name, narrow: (name: string) => name }
  const [top, right, bottom, left] = pads
  const [n, h, w, c] = x.dims as [number, number, number, number]
  const around = { values: Int32Array.of(0, 0, top, bottom, left, right, 0, 0), dims: [4, 2] }
  return {
    attributes,
    dims: [n, h + top + bottom, w + left + right, c],
    widen: (name: string) =>
      draw.add('Pad', [name, draw.integers(around.values, around.dims)], { Tpaddings: { type: 'int32' } }),
    narrow: (name: string) =>
      draw.add('Slice', [name, draw.integers([0, top, left, 0]), draw.integers(x.dims)], { Index: { type: 'int32' } }),
  }
}

const conv: Rule<'conv'> = {
  forward({ draw, node: { attributes: a }, inputs: [x], weight }) {
    const depthwise = isDepthwise(a, x!)
    if ((a.groups !== 1 && !depthwise) || a.dilation.some((d) => d !== 1)) return undefined
    const { attributes, widen } = surround(a, draw, x!)
    const filter = weight('filter').name
    const y = depthwise
      ? draw.add('DepthwiseConv2dNative', [widen(x!.name), draw.reshape(filter, depthwiseDims(a))], attributes)
      : draw.add('Conv2D', [widen(x!.name), filter], attributes)
    return a.bias ? draw.add('BiasAdd', [y, weight('bias').name], NHWC) : y
  },
  backward({ draw, node: { attributes: a }, inputs: [x], weight, remember, gradient, dy, y }) {
    if (a.bias) gradient('bias', draw.add('BiasAddGrad', [dy], NHWC))
    const filter = weight('filter')
    const depthwise = isDepthwise(a, x!)
    const dims = depthwise ? depthwiseDims(a) : filter.dims
    const shaped = depthwise ? draw.reshape(filter.name, dims) : filter.name
    const prefix = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D'
    const around = surround(a, draw, x!)
    const input = around.widen(remember(x!.name))
    // A filter as large as its map is a product; TensorFlow's depthwise kernel takes seven times as long for it.
    const whole = depthwise && dims[3] === 1 && y.dims[1] === 1 && y.dims[2] === 1 && around.dims[1] === dims[0]
    const product = (): string => {
      const terms = draw.add('Mul', [input, dy])
      return draw.add('Sum', [terms, draw.integers([0])], { Tidx: { type: 'int32' }, keep_dims: { bool: false } })
    }
    const dFilter = whole
      ? product()
      : draw.add(`${prefix}BackpropFilter`, [input, draw.integers(dims), dy], around.attributes)
    gradient('filter', depthwise ? draw.reshape(dFilter, filter.dims) : dFilter)
    const dInput = draw.add(`${prefix}BackpropInput`, [draw.integers(around.dims), shaped, dy], around.attributes)
    return [around.narrow(dInput)]
  },
}

const activation = <K extends 'relu' | 'relu6'>(op: string): Rule<K> => ({
  forward: ({ draw, inputs: [x] }) => draw.add(op, [x!.name]),
  backward: ({ draw, dy, y, remember }) => [draw.add(`${op}Grad`, [dy, remember(y.name)])],
})

// y = x + (slope - 1) min(x, 0)
const prelu: Rule<'prelu'> = {
  forward({ draw, inputs: [x], weight }) {
    const below = draw.add('Minimum', [x!.name, draw.constant(0)])
    const less = draw.add('Sub', [weight('slope').name, draw.constant(1)])
    return draw.add('AddV2', [draw.add('Mul', [below, less]), x!.name])
  },
  backward({ draw, inputs: [x], weight, dy, remember, gradient }) {
    const input = remember(x!.name)
    const above = draw.add('ReluGrad', [dy, input])
    const below = draw.add('Sub', [dy, above])
    gradient('slope', draw.add('BiasAddGrad', [draw.add('Mul', [below, input])], NHWC))
    return [draw.add('AddV2', [draw.add('Mul', [below, weight('slope').name]), above])]
  },
}

const asMap = (draw: Drawing, x: string, dims: readonly number[]): string =>
  dims.length === 4 ? x : draw.reshape(x, [dims[0]!, 1, 1, dims[1]!])
const normalisation = ({ attributes: { epsilon } }: Node<'batchNorm'>): Record<string, Attribute> => ({
  ...NHWC,
  U: { type: 'float32' },
  epsilon: { float: epsilon },
  is_training: { bool: true },
})
const batchNorm: Rule<'batchNorm'> = {
  forward({ draw, node, inputs: [x], weight, statistics }) {
    const inputs = [asMap(draw, x!.name, x!.dims), weight('gain').name, weight('offset').name]
    const y = draw.add('FusedBatchNormV3', [...inputs, draw.nothing(), draw.nothing()], normalisation(node))
    statistics(`${y}:1`, `${y}:2`)
    return x!.dims.length === 4 ? y : draw.reshape(y, x!.dims)
  },
  backward({ draw, node, inputs: [x], y, weight, dy, remember, gradient }) {
    // Behind the reshaping of a vector's answer stands the normalisation itself.
    const fused = x!.dims.length === 4 ? y.name : draw.operations.find(({ name }) => name === y.name)!.inputs[0]!
    const inputs = [asMap(draw, dy, x!.dims), asMap(draw, remember(x!.name), x!.dims), weight('gain').name]
    const reserved = [3, 4, 5].map((i) => remember(`${fused}:${i}`))
    const g = draw.add('FusedBatchNormGradV3', [...inputs, ...reserved], normalisation(node))
    gradient('gain', `${g}:1`)
    gradient('offset', `${g}:2`)
    return [x!.dims.length === 4 ? g : draw.reshape(g, x!.dims)]
  },
}

const multiply = (draw: Drawing, a: string, b: string, turnA: boolean, turnB: boolean): string =>
  draw.add('MatMul', [a, b], { transpose_a: { bool: turnA }, transpose_b: { bool: turnB } })
const dense: Rule<'dense'> = {
  forward({ draw, node, inputs: [x], weight }) {
    const y = multiply(draw, x!.name, weight('matrix').name, false, false)
    return node.attributes.bias ? draw.add('BiasAdd', [y, weight('bias').name], NHWC) : y
  },
  backward({ draw, node, inputs: [x], weight, dy, remember, gradient }) {
    if (node.attributes.bias) gradient('bias', draw.add('BiasAddGrad', [dy], NHWC))
    gradient('matrix', multiply(draw, remember(x!.name), dy, true, false))
    return [multiply(draw, dy, weight('matrix').name, false, true)]
  },
}

const add: Rule<'add'> = {
  forward: ({ draw, inputs }) => inputs.map(({ name }) => name).reduce((a, b) => draw.add('AddV2', [a, b])),
  backward: ({ inputs, dy }) => inputs.map(() => dy),
}

const permuted = (draw: Drawing, x: string, order: readonly number[]): string =>
  draw.add('Transpose', [x, draw.integers(order)], { Tperm: { type: 'int32' } })
const flatten: Rule<'flatten'> = {
  forward({ draw, node, inputs: [x], output, batch }) {
    const chw = node.attributes.order === 'chw' && x!.dims.length === 4
    return draw.reshape(chw ? permuted(draw, x!.name, [0, 3, 1, 2]) : x!.name, [batch, ...output])
  },
  backward({ draw, node, inputs: [x], dy }) {
    const [b, h, w, c] = x!.dims
    if (node.attributes.order !== 'chw' || x!.dims.length !== 4) return [draw.reshape(dy, x!.dims)]
    return [permuted(draw, draw.reshape(dy, [b!, c!, h!, w!]), [0, 2, 3, 1])]
  },
}

const window = ({
  kernel,
  stride,
}: {
  kernel: readonly number[]
  stride: readonly number[]
}): Record<string, Attribute> => ({
  ...NHWC,
  ksize: { ints: [1, ...kernel, 1] },
  strides: { ints: [1, ...stride, 1] },
  padding: { string: 'VALID' },
})
const padded = (pads: readonly number[]): boolean => pads.some((n) => n > 0)
const maxPool: Rule<'maxPool'> = {
  forward: ({ draw, node: { attributes: a }, inputs: [x] }) =>
    padded(a.pads) ? undefined : draw.add('MaxPool', [x!.name], window(a)),
  backward: ({ draw, node: { attributes: a }, inputs: [x], y, dy, remember }) => [
    draw.add('MaxPoolGrad', [remember(x!.name), remember(y.name), dy], window(a)),
  ],
}
const avgPool: Rule<'avgPool'> = {
  forward: ({ draw, node: { attributes: a }, inputs: [x] }) =>
    padded(a.pads) ? undefined : draw.add('AvgPool', [x!.name], window(a)),
  backward: ({ draw, node: { attributes: a }, inputs: [x], dy }) => [
    draw.add('AvgPoolGrad', [draw.integers(x!.dims), dy], window(a)),
  ],
}
const quarter = window({ kernel: [2, 2], stride: [2, 2] })
const scaled = (draw: Drawing, { attributes }: Node<'haarLowPass'>, x: string): string =>
  attributes.gain === 'orthonormal' ? draw.add('Mul', [x, draw.constant(2)]) : x
const haarLowPass: Rule<'haarLowPass'> = {
  forward: ({ draw, node, inputs: [x] }) => scaled(draw, node, draw.add('AvgPool', [x!.name], quarter)),
  backward: ({ draw, node, inputs: [x], dy }) => [
    draw.add('AvgPoolGrad', [draw.integers(x!.dims), scaled(draw, node, dy)], quarter),
  ],
}

export const rules: { [K in Op]?: Rule<K> } = {
  conv,
  relu: activation('Relu'),
  relu6: activation('Relu6'),
  prelu,
  batchNorm,
  dense,
  add,
  flatten,
  maxPool,
  avgPool,
  haarLowPass,
  ...imageRules,
}
