// Folds batch normalisations into the layers before them: fewer operations and smaller files where a network only runs.
import type { Graph, Node } from './graph.ts'
import { floats, requireWeights, type Weight, type WeightStore } from './weights.ts'
import { weightSpecs } from './specs.ts'

type Layer = Node<'conv' | 'dense'>
/** A normalisation and the layer into which it can be folded. */
export interface Fold {
  readonly norm: Node<'batchNorm'>
  readonly layer: Layer
  /** By which a low-pass between the two multiplies a constant; 1 without one. */
  readonly gain: number
}

/**
 * The network as it is at inference, without the normalisations that directly follow a convolution or dense layer, or
 * follow it through a Haar low-pass. Those before a padded convolution stay: its border of zeros knows nothing of them.
 * @returns the same function of the image up to rounding, in float32; the graph given stays as it is
 * @throws Error when the weights do not fit the graph
 */
export function foldBatchNorm(graph: Graph, weights: WeightStore): { graph: Graph; weights: Map<string, Weight> } {
  requireWeights(weightSpecs(graph), weights)
  const folds = foldable(graph)
  const gone = new Map(folds.map(({ norm }) => [norm.id, norm.inputs[0]!]))
  const changed = new Set(folds.map(({ layer }) => layer.id))
  const renamed = (id: string): string => gone.get(id) ?? id
  const nodes = graph.nodes
    .filter((node) => !gone.has(node.id))
    .map((node) => {
      const inputs = node.inputs.map(renamed)
      const attributes = changed.has(node.id) ? { ...node.attributes, bias: true } : node.attributes
      return { ...node, inputs, attributes } as Node
    })
  const folded = new Map(weights)
  for (const fold of folds) foldOne(fold, weights, folded)
  const taps = Object.fromEntries(Object.entries(graph.taps).map(([tap, id]) => [tap, renamed(id)]))
  const result: Graph = { name: `${graph.name}-folded`, nodes, taps }
  const needed = new Set(weightSpecs(result).map((spec) => spec.name))
  return { graph: result, weights: new Map([...folded].filter(([name]) => needed.has(name))) }
}

/** The normalisations of which nobody but the layer before them needs to know. */
export function foldable(graph: Graph): Fold[] {
  const byId = new Map(graph.nodes.map((n) => [n.id, n]))
  const consumers = new Map<string, number>()
  const holders = new Map<string, number>()
  const add = (map: Map<string, number>, key: string): unknown => map.set(key, (map.get(key) ?? 0) + 1)
  for (const node of graph.nodes) {
    node.inputs.forEach((id) => add(consumers, id))
    add(holders, node.weights)
  }
  for (const id of Object.values(graph.taps)) add(consumers, id)
  /** The node before, when nobody else sees its result. */
  const before = (node: Node): Node | undefined => {
    const id = node.inputs[0]!
    return consumers.get(id) === 1 ? byId.get(id) : undefined
  }
  return graph.nodes.flatMap((norm): Fold[] => {
    if (norm.op !== 'batchNorm') return []
    const first = before(norm)
    const low = first?.op === 'haarLowPass' ? first : undefined
    const layer = low ? before(low) : first
    if ((layer?.op !== 'conv' && layer?.op !== 'dense') || holders.get(layer.weights) !== 1) return []
    return [{ norm, layer, gain: low?.attributes.gain === 'orthonormal' ? 2 : 1 }]
  })
}

function foldOne({ norm, layer, gain }: Fold, weights: WeightStore, into: Map<string, Weight>): void {
  const read = (name: string): Float32Array => floats(weights.get(name)!)
  const [scale, offset, mean, variance] = ['gain', 'offset', 'mean', 'variance'].map((r) =>
    read(`${norm.weights}/${r}`),
  )
  const factor = scale!.map((s, i) => s / Math.sqrt(variance![i]! + norm.attributes.epsilon))
  const name = `${layer.weights}/${layer.op === 'conv' ? 'filter' : 'matrix'}`
  const { shape } = weights.get(name)!
  // The last axis of filters and matrices is that of the outputs.
  const data = read(name).map((w, i) => w * factor[i % factor.length]!)
  into.set(name, { kind: 'float32', shape, data })
  const bias = layer.attributes.bias ? read(`${layer.weights}/bias`) : null
  const shift = factor.map((f, i) => (f * (gain * (bias?.[i] ?? 0) - mean![i]!) + offset![i]!) / gain)
  into.set(`${layer.weights}/bias`, { kind: 'float32', shape: [shift.length], data: shift })
}
