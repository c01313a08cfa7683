// Which part of a network stays the same while some of its weights are trained: what may be computed once.
import { neededFor, nodeOf, type Graph } from './graph.ts'

/**
 * The last nodes that no trained weight has a part in: everything behind them follows from their results. Batch
 * normalisations count by their weights alone, so the network must be asked with running statistics.
 * @param taps the outputs that are wanted @param trained whether a weight is trained, by the prefix of its name
 * @returns names of nodes; none where the input itself is all that stays the same
 */
export function fixedEnds(graph: Graph, taps: readonly string[], trained: (weights: string) => boolean): string[] {
  const needed = neededFor(graph, taps)
  const fixed = new Set<string>()
  for (const { id, inputs, weights } of needed)
    if (!trained(weights) && inputs.every((each) => fixed.has(each))) fixed.add(id)
  const ends = new Set(taps.map((tap) => nodeOf(graph, tap)).filter((id) => fixed.has(id)))
  for (const { id, inputs } of needed)
    if (!fixed.has(id)) for (const each of inputs) if (fixed.has(each)) ends.add(each)
  return needed.flatMap(({ id, op }) => (op !== 'input' && ends.has(id) ? [id] : []))
}
