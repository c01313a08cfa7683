// Counts what a network costs: the numbers that papers and model cards state.
import type { Graph, Node, Op, Shape } from './graph.ts'
import { channelsOf, inferShapes, sizeOf } from './shapes.ts'
import { specSize, weightSpecs } from './specs.ts'

export interface Cost {
  /** Trainable values. */
  parameters: number
  /** Running statistics of batch normalisations. */
  buffers: number
  /**
   * Multiply-accumulates for one image: convolutions (transposed ones by their input), dense layers, Haar low bands
   * (4 per output); nothing else.
   */
  macs: number
}

type Rule<K extends Op> = (node: Node<K>, input: Shape, output: Shape) => number

const macs: { [K in Op]?: Rule<K> } = {
  conv: ({ attributes: { kernel, groups } }, input, output) =>
    sizeOf(output) * kernel[0] * kernel[1] * (channelsOf(input) / groups),
  deconv: ({ attributes: { kernel, filters } }, input) => sizeOf(input) * kernel[0] * kernel[1] * filters,
  dense: ({ attributes: { units } }, input) => channelsOf(input) * units,
  haarLowPass: (_node, _input, output) => sizeOf(output) * 4,
}

/** Parameters, buffers and multiply-accumulates of a graph; shared weights are counted once, shared work each time. */
export function count(graph: Graph): Cost {
  const shapes = inferShapes(graph)
  const cost: Cost = { parameters: 0, buffers: 0, macs: 0 }
  for (const spec of weightSpecs(graph, shapes)) cost[spec.trainable ? 'parameters' : 'buffers'] += specSize(spec)
  for (const node of graph.nodes) {
    const rule = macs[node.op] as Rule<Op> | undefined
    if (rule) cost.macs += rule(node, shapes.get(node.inputs[0]!)!, shapes.get(node.id)!)
  }
  return cost
}
