// Which tensors a graph needs, so that stores can be checked, filled and counted without building anything.
import { GraphError, type Graph, type Node, type Op, type Shape } from './graph.ts'
import { channelsOf, inferShapes, show, sizeOf } from './shapes.ts'

export type WeightRole = 'filter' | 'matrix' | 'bias' | 'gain' | 'offset' | 'slope' | 'mean' | 'variance'

export interface WeightSpec {
  /** `<prefix>/<role>`. */
  name: string
  /**
   * filter: height, width, input channels per group, filters (of a deconv: height, width, filters, input channels).
   * matrix: inputs, outputs. Others: channels.
   */
  shape: readonly number[]
  role: WeightRole
  /** False for running statistics. */
  trainable: boolean
  /** First value, where the role's usual one is not meant. */
  initial?: number
}

type Rule<K extends Op> = (node: Node<K>, input: Shape) => [WeightRole, readonly number[]][]

const rules: { [K in Op]?: Rule<K> } = {
  conv: ({ attributes: { kernel, groups, filters, bias } }, input) => [
    ['filter', [...kernel, channelsOf(input) / groups, filters]],
    ...(bias ? ([['bias', [filters]]] as [WeightRole, number[]][]) : []),
  ],
  deconv: ({ attributes: { kernel, filters, bias } }, input) => [
    ['filter', [...kernel, filters, channelsOf(input)]],
    ...(bias ? ([['bias', [filters]]] as [WeightRole, number[]][]) : []),
  ],
  dense: ({ attributes: { units, bias } }, input) => [
    ['matrix', [channelsOf(input), units]],
    ...(bias ? ([['bias', [units]]] as [WeightRole, number[]][]) : []),
  ],
  batchNorm: (_node, input) =>
    (['gain', 'offset', 'mean', 'variance'] as const).map((role) => [role, [channelsOf(input)]]),
  instanceNorm: ({ attributes: { affine } }, input) =>
    affine ? (['gain', 'offset'] as const).map((role) => [role, [channelsOf(input)]]) : [],
  affine: (_node, input) => (['gain', 'offset'] as const).map((role) => [role, [channelsOf(input)]]),
  prelu: (_node, input) => [['slope', [channelsOf(input)]]],
}

/**
 * Tensors of a graph in the order of its nodes, shared ones once.
 * @throws GraphError where two nodes share a name with different shapes
 */
export function weightSpecs(graph: Graph, shapes: Map<string, Shape> = inferShapes(graph)): WeightSpec[] {
  const specs = new Map<string, WeightSpec>()
  for (const node of graph.nodes) {
    const rule = rules[node.op] as Rule<Op> | undefined
    if (!rule) continue
    for (const [role, shape] of rule(node, shapes.get(node.inputs[0]!)!)) {
      const name = `${node.weights}/${role}`
      const known = specs.get(name)
      if (known && show(known.shape) !== show(shape))
        throw new GraphError(graph.name, node, `shares "${name}" of ${show(known.shape)}, but needs ${show(shape)}`)
      const trainable = role !== 'mean' && role !== 'variance'
      const initial = firstValue(node, role)
      specs.set(name, known ?? { name, shape, role, trainable, ...(initial !== undefined && { initial }) })
    }
  }
  return [...specs.values()]
}

function firstValue(node: Node, role: WeightRole): number | undefined {
  if (role === 'gain' && node.op === 'batchNorm') return node.attributes.initialGain
  return role === 'filter' && node.op === 'conv' ? node.attributes.initialFilter : undefined
}

/** Number of values in a weight. */
export const specSize = (spec: WeightSpec): number => sizeOf(spec.shape as Shape)
