// Takes the weights out of an ONNX file into a graph of ours, so that a network can start from another's.
import { UserFacingError } from '../../contract/errors.ts'
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
 * strides, activations and pooling are not compared, so that a variant may start from the plain network.
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
  const free = new Set(layers.keys())
  const places = new Map<string, string>()
  const weights = new Map<string, Weight>()
  for (const node of graph.nodes) {
    const from = node.inputs.map((id) => places.get(id)!)
    if (!isWeighted(node)) {
      if (node.op === 'affine') fail(`its node "${node.id}" has no counterpart in ONNX files`)
      places.set(node.id, node.op === 'input' ? 'input' : from.length === 1 ? from[0]! : sources.meeting(from))
      continue
    }
    const wanted = specs.get(node.weights)!
    const candidates = [...free].filter((i) => layers[i]!.kind === node.op && layers[i]!.source === from[0])
    const match = candidates.find((i) => fits(layers[i]!, wanted))
    if (match === undefined) return fail(mismatch(node, wanted, candidates[0] ?? firstOf(free), layers))
    free.delete(match)
    places.set(node.id, `layer ${match}`)
    for (const [name, weight] of converted(graph, node, wanted, layers[match]!)) weights.set(name, weight)
  }
  const [left] = free
  if (left !== undefined) fail(`its layer "${layers[left]!.name}" and ${free.size - 1} more have no place there`)
  return weights
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

function fits(layer: OnnxLayer, specs: readonly WeightSpec[]): boolean {
  const tensors = parts(layer)
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
