// Takes the weights out of an ONNX file into a graph of ours, so that a network can start from another's.
import { UserFacingError } from '../../contract/errors.ts'
import { foldable, type Fold } from '../fold.ts'
import type { Graph, Node } from '../graph.ts'
import { checkOnnx } from '../onnx/check.ts'
import { inferShapes, show } from '../shapes.ts'
import { weightSpecs, type WeightSpec } from '../specs.ts'
import type { Weight } from '../weights.ts'
import { reordered, rowOrder, toHwio } from './layout.ts'
import { OnnxLayerError, onnxLayers, Sources, type OnnxLayer, type Stored } from './onnxLayers.ts'

type Weighted = Node<OnnxLayer['kind']>
const isWeighted = (node: Node): node is Weighted =>
  node.op === 'conv' || node.op === 'dense' || node.op === 'batchNorm' || node.op === 'prelu'

/**
 * Walks the file's layers (Conv, Gemm or MatMul, BatchNormalization, PRelu) beside the graph's. A layer belongs to a
 * node when it is of its kind, stands after the layers that belong to the node's predecessors, and has its shapes;
 * strides, activations and pooling are not compared, so that a variant may start from the plain network. Where the
 * file has a normalisation folded into the layer before, as exporters do, the graph's becomes one that only adds.
 * @param bytes an ONNX file from outside; checked before anything is read
 * @returns every weight of the graph, float32
 * @throws UserFacingError 'wrong-model' naming the first layer that does not fit; what `checkOnnx` throws
 */
export function weightsFromOnnx(graph: Graph, bytes: Uint8Array, fileName = 'The ONNX file'): Map<string, Weight> {
  const facts = checkOnnx(bytes, fileName)
  const fail = (problem: string): never => {
    throw new UserFacingError('wrong-model', `${fileName} does not fit the network ${graph.name}: ${problem}.`, {
      subject: fileName,
    })
  }
  const sources = new Sources()
  let layers: OnnxLayer[] = []
  try {
    layers = onnxLayers(facts.model, facts.inputName, sources)
  } catch (error) {
    if (!(error instanceof OnnxLayerError)) throw error
    fail(`it ${error.message}`)
  }
  const specs = specsByNode(graph)
  const folds = foldable(graph)
  /** What convolutions without a bias have one for in the file: normalisations that are folded there. */
  const biases = new Map<string, Stored>()
  const free = new Set(layers.keys())
  const places = new Map<string, string>()
  const weights = new Map<string, Weight>()
  for (const node of graph.nodes) {
    const from = node.inputs.map((id) => places.get(id)!)
    places.set(node.id, node.op === 'input' ? 'input' : from.length === 1 ? from[0]! : sources.meeting(from))
    if (node.op === 'affine') fail(`its node "${node.id}" has no counterpart in ONNX files`)
    if (!isWeighted(node)) continue
    const wanted = specs.get(node.weights)!
    const candidates = [...free].filter((i) => layers[i]!.kind === node.op && layers[i]!.source === from[0])
    let match = biases.has(node.id) ? undefined : candidates.find((i) => fits(parts(layers[i]!), wanted))
    if (match === undefined) {
      const fold = folds.find(({ norm, layer }) => norm === node || layer === node)
      if (fold?.norm === node) {
        for (const [name, weight] of identity(fold, wanted, biases.get(node.id))) weights.set(name, weight)
        continue
      }
      match = fold && candidates.find((i) => layers[i]!.bias && fits(layers[i]!.tensors, wanted))
      if (match === undefined) return fail(mismatch(node, wanted, candidates[0] ?? firstOf(free), layers))
      biases.set(fold!.norm.id, layers[match]!.bias!)
    }
    free.delete(match)
    places.set(node.id, `layer ${match}`)
    for (const [name, weight] of converted(graph, node, wanted, layers[match]!)) weights.set(name, weight)
  }
  const [left] = free
  if (left !== undefined) fail(`its layer "${layers[left]!.name}" and ${free.size - 1} more have no place there`)
  return weights
}

/** A normalisation that, at inference, does nothing but add the bias that the file's layer has and ours has not. */
function identity({ norm, gain }: Fold, specs: readonly WeightSpec[], bias: Stored | undefined): [string, Weight][] {
  const scale = Math.sqrt(1 + norm.attributes.epsilon) / gain
  return specs.map(({ name, shape, role }) => {
    const data = new Float32Array(shape[0]!).fill({ gain: scale, variance: 1 }[role as string] ?? 0)
    return [name, { kind: 'float32', shape, data: role === 'offset' && bias ? bias.data : data }]
  })
}

const firstOf = (numbers: Set<number>): number | undefined => numbers.values().next().value

function specsByNode(graph: Graph): Map<string, WeightSpec[]> {
  const found = new Map<string, WeightSpec[]>()
  for (const spec of weightSpecs(graph, inferShapes(graph))) {
    const prefix = spec.name.slice(0, spec.name.lastIndexOf('/'))
    found.set(prefix, [...(found.get(prefix) ?? []), spec])
  }
  return found
}

/** The file's shape for one of our weights. */
const stored = ({ role, shape }: WeightSpec): readonly number[] =>
  role === 'filter' ? [shape[3]!, shape[2]!, shape[0]!, shape[1]!] : shape
const parts = (layer: OnnxLayer): Stored[] => [...layer.tensors, ...(layer.bias ? [layer.bias] : [])]

function fits(tensors: readonly Stored[], specs: readonly WeightSpec[]): boolean {
  if (tensors.length !== specs.length) return false
  // Slopes are stored as [c, 1, 1].
  return specs.every((spec, i) => show(stored(spec)) === show(plain(tensors[i]!, spec)))
}
const plain = ({ dims }: Stored, { role }: WeightSpec): readonly number[] =>
  role === 'filter' || role === 'matrix' ? dims : [dims.reduce((a, b) => a * b, 1)]

function mismatch(
  node: Weighted,
  specs: readonly WeightSpec[],
  nearest: number | undefined,
  layers: readonly OnnxLayer[],
): string {
  const wanted = `${node.op} of ${specs.map((s) => show(stored(s))).join(' and ')}`
  const layer = nearest === undefined ? undefined : layers[nearest]
  if (!layer) return `it has no layer left for "${node.id}" (${wanted})`
  const has = `${layer.kind} of ${parts(layer)
    .map((t) => show(t.dims))
    .join(' and ')}`
  return `"${node.id}" is ${wanted}, but its layer "${layer.name}" is ${has}`
}

function* converted(
  graph: Graph,
  node: Weighted,
  specs: readonly WeightSpec[],
  layer: OnnxLayer,
): Generator<[string, Weight]> {
  const order = node.op === 'dense' ? rowOrder(graph, node, layer.order) : null
  for (const [i, { name, shape, role }] of specs.entries()) {
    const { data } = parts(layer)[i]!
    const ours = role === 'filter' ? toHwio(data, shape) : role === 'matrix' && order ? reordered(data, order) : data
    yield [name, { kind: 'float32', shape, data: ours }]
  }
}
