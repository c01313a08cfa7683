// Finds out the shape of every node, and refuses a graph that does not fit together, before anything is computed.
import { GraphError, type Graph, type Node, type Op, type Pads, type Pair, type Shape } from './graph.ts'

type Fail = (problem: string) => never
type Rule<K extends Op> = (node: Node<K>, inputs: readonly Shape[], fail: Fail) => Shape

const isMap = (shape: Shape): shape is readonly [number, number, number] => shape.length === 3
export const show = (shape: readonly (number | string)[]): string => shape.join('x')
export const sizeOf = (shape: Shape): number => shape.reduce((a: number, b) => a * b, 1)
/** Last dimension: channels of a map, length of a vector. */
export const channelsOf = (shape: Shape): number => shape.at(-1)!

function map(shape: Shape | undefined, fail: Fail): readonly [number, number, number] {
  if (!shape || !isMap(shape)) return fail(`needs a map (height x width x channels), not ${show(shape ?? [])}`)
  return shape
}
function vector(shape: Shape | undefined, fail: Fail): number {
  if (shape?.length !== 1) return fail(`needs a vector, not a map of ${show(shape ?? [])}`)
  return shape[0]
}

/** Height and width after a window slid over a padded map (rounded down, as PyTorch does). */
function slide([h, w]: Pair, kernel: Pair, stride: Pair, pads: Pads, dilation: Pair, fail: Fail): Pair {
  const reach = kernel.map((k, i) => (k - 1) * dilation[i as 0 | 1] + 1) as unknown as Pair
  const padded: Pair = [h + pads[0] + pads[2], w + pads[1] + pads[3]]
  if ([...kernel, ...stride, ...dilation].some((n) => !Number.isInteger(n) || n < 1))
    fail('kernel, stride and dilation are whole numbers of at least 1')
  if (pads.some((n) => !Number.isInteger(n) || n < 0)) fail('padding is a whole number of at least 0')
  if (reach[0] > padded[0] || reach[1] > padded[1])
    fail(`a window of ${show(reach)} does not fit into a padded map of ${show(padded)}`)
  return [Math.floor((padded[0] - reach[0]) / stride[0]) + 1, Math.floor((padded[1] - reach[1]) / stride[1]) + 1]
}

function pooled(node: Node<'maxPool' | 'avgPool'>, inputs: readonly Shape[], fail: Fail): Shape {
  const [h, w, c] = map(inputs[0], fail)
  const { kernel, stride, pads } = node.attributes
  if (pads[0] >= kernel[0] || pads[2] >= kernel[0] || pads[1] >= kernel[1] || pads[3] >= kernel[1])
    fail('padding must be smaller than the window')
  return [...slide([h, w], kernel, stride, pads, [1, 1], fail), c]
}
const unchanged = (_node: unknown, inputs: readonly Shape[]): Shape => inputs[0]!

const rules: { [K in Op]: Rule<K> } = {
  input: ({ attributes: { shape } }, _inputs, fail) =>
    shape.every((n) => Number.isInteger(n) && n > 0) ? shape : fail(`${show(shape)} is no shape`),
  conv({ attributes: a }, inputs, fail) {
    const [h, w, c] = map(inputs[0], fail)
    if (c % a.groups || a.filters % a.groups)
      fail(`${a.groups} groups divide neither ${c} input channels nor ${a.filters} filters evenly`)
    return [...slide([h, w], a.kernel, a.stride, a.pads, a.dilation, fail), a.filters]
  },
  dense(node, inputs, fail) {
    vector(inputs[0], fail)
    return [node.attributes.units]
  },
  deconv({ attributes: { filters, kernel, stride, pads, outputPad } }, inputs, fail) {
    const [h, w] = map(inputs[0], fail)
    if ([...kernel, ...stride, filters].some((n) => !Number.isInteger(n) || n < 1))
      fail('kernel, stride and filters are whole numbers of at least 1')
    if ([...pads, ...outputPad].some((n) => !Number.isInteger(n) || n < 0))
      fail('padding is a whole number of at least 0')
    if (outputPad[0] >= stride[0] || outputPad[1] >= stride[1]) fail('output padding must be smaller than the stride')
    const [height, width] = [
      (h - 1) * stride[0] + kernel[0] - pads[0] - pads[2] + outputPad[0],
      (w - 1) * stride[1] + kernel[1] - pads[1] - pads[3] + outputPad[1],
    ]
    if (height < 1 || width < 1) fail('the padding leaves nothing')
    return [height, width, filters]
  },
  batchNorm: unchanged,
  instanceNorm: (_node, inputs, fail) => map(inputs[0], fail),
  affine: unchanged,
  relu: unchanged,
  relu6: unchanged,
  tanh: unchanged,
  prelu: unchanged,
  dropout: unchanged,
  add(_node, inputs, fail) {
    if (inputs.length < 2) fail('adds two inputs or more')
    for (const shape of inputs)
      if (show(shape) !== show(inputs[0]!)) fail(`cannot add ${inputs.map(show).join(' and ')}`)
    return inputs[0]!
  },
  concat(_node, inputs, fail) {
    if (inputs.length < 2) fail('joins two inputs or more')
    const maps = inputs.map((s) => map(s, fail))
    const [h, w] = maps[0]!
    if (maps.some((s) => s[0] !== h || s[1] !== w)) fail(`cannot join ${inputs.map(show).join(' and ')}`)
    return [h, w, maps.reduce((sum, s) => sum + s[2], 0)]
  },
  channels({ attributes: { from, count } }, inputs, fail) {
    const [h, w, c] = map(inputs[0], fail)
    if (!Number.isInteger(from) || !Number.isInteger(count) || from < 0 || count < 1 || from + count > c)
      fail(`there are no channels ${from} to ${from + count - 1} in a map of ${c}`)
    return [h, w, count]
  },
  channelPad(node, inputs, fail) {
    const [h, w, c] = map(inputs[0], fail)
    return [h, w, c + node.attributes.before + node.attributes.after]
  },
  pad(node, inputs, fail) {
    const [h, w, c] = map(inputs[0], fail)
    const [top, right, bottom, left] = node.attributes.pads
    return [h + top + bottom, w + left + right, c]
  },
  maxPool: pooled,
  avgPool: pooled,
  globalAvgPool: (_node, inputs, fail) => [map(inputs[0], fail)[2]],
  flatten: (_node, inputs, fail) => [sizeOf(map(inputs[0], fail))],
  l2Normalise: (_node, inputs, fail) => [vector(inputs[0], fail)],
  haarLowPass(_node, inputs, fail) {
    const [h, w, c] = map(inputs[0], fail)
    if (h < 2 || w < 2) fail(`a map of ${h}x${w} has no low band`)
    return [h >> 1, w >> 1, c]
  },
  upsample(node, inputs, fail) {
    const [h, w, c] = map(inputs[0], fail)
    const { factor } = node.attributes
    if (!Number.isInteger(factor) || factor < 1) fail('the factor is a whole number of at least 1')
    return [h * factor, w * factor, c]
  },
}

/**
 * Shape of every node's result.
 * @returns by node name; batch left out
 * @throws GraphError naming the node that does not fit and why
 */
export function inferShapes(graph: Graph): Map<string, Shape> {
  const shapes = new Map<string, Shape>()
  for (const node of graph.nodes) {
    const fail: Fail = (problem) => {
      throw new GraphError(graph.name, node, problem)
    }
    if (shapes.has(node.id)) fail('the name is used twice')
    const inputs = node.inputs.map((id) => shapes.get(id) ?? fail(`its input "${id}" does not stand before it`))
    const arity = node.op === 'input' ? 0 : node.op === 'add' || node.op === 'concat' ? inputs.length : 1
    if (inputs.length !== arity) fail(`takes ${arity} input${arity === 1 ? '' : 's'}, not ${inputs.length}`)
    shapes.set(node.id, (rules[node.op] as Rule<Op>)(node, inputs, fail))
  }
  for (const [tap, id] of Object.entries(graph.taps))
    if (!shapes.has(id)) throw new Error(`${graph.name}: output "${tap}" names no node ("${id}")`)
  return shapes
}
