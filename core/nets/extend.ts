// Starts a deeper network from a shallower one's weights, so that at first it computes exactly what that one does.
import { filled, normal } from './initialise.ts'
import type { Graph, Node } from './graph.ts'
import { show } from './shapes.ts'
import { weightSpecs } from './specs.ts'
import type { Weight, WeightStore } from './weights.ts'

/**
 * Fills in what a deeper graph has and the weights lack: filters and matrices as He et al. (2015) for their fan-in,
 * normalisations as nothing happened, slopes 0.25; but the last layer of each new residual branch is zero (its
 * normalisation's gain, where it has one: Goyal et al. 2017), so that the branch adds nothing until it is trained.
 * @param from weights of a network whose nodes `to` has too, by name
 * @throws Error when a weight has another shape there, or a missing one lies outside a residual branch
 */
export function extendWeights(from: WeightStore, to: Graph, seed: number): Map<string, Weight> {
  const specs = weightSpecs(to)
  for (const { name, shape } of specs) {
    const known = from.get(name)
    if (known && show(known.shape) !== show(shape))
      throw new Error(
        `${to.name} cannot start from these weights: "${name}" is ${show(known.shape)}, not ${show(shape)}`,
      )
  }
  const isNew = (node: Node): boolean => specs.some((s) => s.name.startsWith(`${node.weights}/`) && !from.has(s.name))
  const last = new Set(endsOfNewBranches(to, isNew))
  const draw = normal(seed)
  const fresh = filled(to, ({ name, role, shape }) => {
    const zero = last.has(name.slice(0, name.lastIndexOf('/')))
    if ((role === 'filter' || role === 'matrix') && !zero) {
      const spread = Math.sqrt(2 / shape.slice(0, -1).reduce((a, b) => a * b, 1))
      return () => draw() * spread
    }
    const constant = zero ? 0 : { gain: 1, slope: 0.25 }[role as string]
    return () => (role === 'variance' ? 1 : (constant ?? 0))
  })
  return new Map(specs.map(({ name }) => [name, from.get(name) ?? fresh.get(name)!]))
}

/** Weights' names of new layers whose result is added to something; every new layer must lead to one. */
function endsOfNewBranches(graph: Graph, isNew: (node: Node) => boolean): string[] {
  const consumers = (id: string): Node[] => graph.nodes.filter((n) => n.inputs.includes(id))
  const ends: string[] = []
  for (const node of graph.nodes.filter((n) => isNew(n))) {
    const next = consumers(node.id)
    if (next.some((n) => n.op === 'add')) ends.push(node.weights)
    else if (!next.some((n) => isNew(n) || consumers(n.id).some(isNew)))
      throw new Error(
        `${graph.name} cannot start from these weights: they lack "${node.id}", which is in no new branch`,
      )
  }
  return ends
}
