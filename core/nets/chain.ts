// Networks one behind another as one network, so that a whole pipeline is one file.
import { build } from './build.ts'
import { inputOf, type Graph, type Node } from './graph.ts'
import { inferShapes, show } from './shapes.ts'
import type { Weight, WeightStore } from './weights.ts'

export interface Link {
  /** Prefix of its nodes and weights: `coarse/stem/conv`. */
  readonly name: string
  readonly graph: Graph
  readonly weights: WeightStore
  /** What it is shown: an output of an earlier link, e.g. `coarse.image`; without it, the whole network's input. */
  readonly of?: string
}

/**
 * @param taps outputs of the whole by name, e.g. `{ image: ['integrator.image'] }`; several are added up, as RIM adds its
 *   student's and its assistant's embeddings
 * @throws Error where a link or an output is not there, or shapes do not fit
 */
export function chain(
  links: readonly Link[],
  taps: Readonly<Record<string, readonly string[]>>,
): { graph: Graph; weights: Map<string, Weight> } {
  const g = build(links.map(({ graph }) => graph.name).join(' > '))
  const first = links.find(({ of }) => of === undefined)
  if (!first) throw new Error('a chain needs a link that is shown the input')
  const shape = inputOf(first.graph).attributes.shape
  const x = g.input(shape)
  const outputs = new Map([['input', { id: x, shape }]])
  const found = (name: string) => {
    const output = outputs.get(name)
    if (!output) throw new Error(`there is no output "${name}" here; there are ${[...outputs.keys()].join(', ')}`)
    return output
  }
  const nodes: Node[] = []
  const all = new Map<string, Weight>()
  for (const { name, graph, weights, of = 'input' } of links) {
    const own = (id: string): string => `${name}/${id}`
    const source = found(of)
    const input = inputOf(graph)
    if (show(source.shape) !== show(input.attributes.shape))
      throw new Error(`${name} takes ${show(input.attributes.shape)}, but "${of}" is ${show(source.shape)}`)
    const placed = (id: string): string => (id === input.id ? source.id : own(id))
    for (const node of graph.nodes)
      if (node !== input)
        nodes.push({ ...node, id: own(node.id), inputs: node.inputs.map(placed), weights: own(node.weights) })
    for (const [key, weight] of weights) all.set(own(key), weight)
    const shapes = inferShapes(graph)
    for (const [tap, id] of Object.entries(graph.taps))
      outputs.set(`${name}.${tap}`, { id: placed(id), shape: shapes.get(id)! })
  }
  const ends = Object.entries(taps).map(([tap, names]) => {
    const ids = names.map((name) => found(name).id)
    return [tap, ids.length === 1 ? ids[0]! : g.add(`${tap}/sum`, ...ids)]
  })
  const end = g.done(Object.fromEntries(ends) as Record<string, string>)
  const [start, ...rest] = end.nodes
  const graph: Graph = { ...end, nodes: [start!, ...nodes, ...rest] }
  inferShapes(graph)
  return { graph, weights: all }
}
