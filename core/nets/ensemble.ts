// Several networks side by side as one: their unit-length embeddings are added.
import { build } from './build.ts'
import { inputOf, type Graph, type Node } from './graph.ts'
import { channelsOf, inferShapes, show } from './shapes.ts'
import type { Weight, WeightStore } from './weights.ts'

/**
 * @param graphs networks of one input shape, one pixel contract and one length of embedding, which is their first tap
 * @param weights of each, in the same order
 * @returns a network whose embedding is the sum of the members' embeddings at unit length: its cosine with another
 *   such sum is the mean of all members' cosines with each other, up to the sums' lengths
 * @throws Error when there is no member, or the members do not fit together
 */
export function ensemble(
  graphs: readonly Graph[],
  weights: readonly WeightStore[],
): { graph: Graph; weights: Map<string, Weight> } {
  const [first] = graphs
  if (!first || graphs.length !== weights.length) throw new Error('an ensemble needs members, each with its weights')
  const [input, length] = interfaceOf(first)
  for (const graph of graphs)
    if (show(interfaceOf(graph)[0]) !== show(input) || interfaceOf(graph)[1] !== length)
      throw new Error(`${graph.name} takes or gives something else than ${first.name}, and cannot stand beside it`)

  const g = build(graphs.map((graph) => graph.name).join(' + '))
  const x = g.input(input)
  const nodes: Node[] = []
  const all = new Map<string, Weight>()
  const units = graphs.map((graph, i) => {
    const own = (id: string): string => `member${i + 1}/${id}`
    const from = inputOf(graph).id
    for (const node of graph.nodes)
      if (node.op !== 'input')
        nodes.push({
          ...node,
          id: own(node.id),
          inputs: node.inputs.map((id) => (id === from ? x : own(id))),
          weights: own(node.weights),
        })
    for (const [name, weight] of weights[i]!) all.set(own(name), weight)
    return g.l2Normalise(own('unit'), own(Object.values(graph.taps)[0]!))
  })
  const end = g.done({ embedding: units.length === 1 ? units[0]! : g.add('sum', ...units) })
  const [start, ...rest] = end.nodes
  return { graph: { ...end, nodes: [start!, ...nodes, ...rest] }, weights: all }
}

function interfaceOf(graph: Graph): [input: Node<'input'>['attributes']['shape'], length: number] {
  const output = inferShapes(graph).get(Object.values(graph.taps)[0]!)!
  if (output.length !== 1) throw new Error(`the first output of ${graph.name} is no embedding`)
  return [inputOf(graph).attributes.shape, channelsOf(output)]
}
