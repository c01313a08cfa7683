// The layers of an ONNX file that carry weights, each with the layers that it stands after.
import type { AttributeValue, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '../onnx/model.ts'
import { valuesOf } from '../onnx/values.ts'
import { show } from '../shapes.ts'

/** Values of a tensor in the file's order. */
export interface Stored {
  readonly dims: readonly number[]
  readonly data: Float32Array
}
export interface OnnxLayer {
  readonly kind: 'conv' | 'dense' | 'batchNorm' | 'prelu'
  /** As the file calls it. */
  readonly name: string
  /** What it stands after, as `Sources` names it. */
  readonly source: string
  /** conv: OIHW filter. dense: [in, out] matrix. batchNorm: gain, offset, mean, variance. prelu: slope. */
  readonly tensors: readonly Stored[]
  /** conv and dense; null when the layer has none. */
  bias: Stored | null
  /** Order in which its input was flattened, where it is a dense layer after a map. */
  readonly order: 'chw' | 'hwc'
}

/** Names for places in a network: 'input', 'layer 7', or the meeting of several, each set of sources once. */
export class Sources {
  private readonly meetings = new Map<string, string>()
  meeting(sources: readonly string[]): string {
    const key = sources.toSorted().join('|')
    const known = this.meetings.get(key)
    if (known) return known
    const name = `sum ${this.meetings.size}`
    this.meetings.set(key, name)
    return name
  }
}

/** Why a file's layers cannot be listed; the sentence goes on after the file's name. */
export class OnnxLayerError extends Error {}

const kinds: Readonly<Record<string, OnnxLayer['kind']>> = {
  Conv: 'conv',
  Gemm: 'dense',
  MatMul: 'dense',
  BatchNormalization: 'batchNorm',
  PRelu: 'prelu',
}

/**
 * Layers in the file's order, which ONNX demands to be topological. Whatever lies between them (activations, pooling,
 * scaling by constants) is passed over; sums and joins are meetings.
 * @param model a checked file with the image input `inputName`
 * @throws OnnxLayerError where a value is used before it is made, or a layer's weights are no constants of the file
 */
export function onnxLayers(model: OnnxModel, inputName: string, sources: Sources): OnnxLayer[] {
  const constants = constantsOf(model.graph)
  const layers: OnnxLayer[] = []
  /** Where each value comes from. */
  const origin = new Map<string, string>([[inputName, 'input']])
  const products = new Map<string, OnnxLayer>()
  /** Values with channels last. */
  const channelsLast = new Set<string>()
  for (const node of model.graph.nodes) {
    const data = node.inputs.filter((name) => name !== '' && !constants.has(name))
    if (!data.length) continue // a constant, or made of constants
    const from = data.map((name) => {
      const known = origin.get(name)
      if (known === undefined) throw new OnnxLayerError(`uses "${name.slice(0, 80)}" before it is made`)
      return known
    })
    const kind = kinds[node.op]
    const bias = node.op === 'Add' && data.length === 1 ? products.get(data[0]!) : undefined
    let place: string
    if (kind && data.length > 1)
      throw new OnnxLayerError(`computes the weights of its layer "${label(node)}" instead of storing them`)
    if (kind) {
      const order = channelsLast.has(data[0]!) ? 'hwc' : 'chw'
      const layer: OnnxLayer = { ...layerOf(kind, node, constants), source: from[0]!, order }
      place = `layer ${layers.push(layer) - 1}`
      for (const output of node.op === 'MatMul' ? node.outputs : []) products.set(output, layer)
    } else {
      place = from.length === 1 ? from[0]! : sources.meeting(from)
      // A matrix product and the sum that follows it are one dense layer.
      if (bias && !bias.bias)
        bias.bias = constantOf(
          node,
          node.inputs.find((i) => constants.has(i))!,
          constants,
        )
    }
    const turned = node.op === 'Transpose' ? isTurn(node) : !kind && channelsLast.has(data[0]!)
    for (const output of node.outputs) {
      origin.set(output, place)
      if (turned) channelsLast.add(output)
    }
  }
  return layers
}

/** [n, c, h, w] → [n, h, w, c] */
const isTurn = ({ attributes: { perm } }: OnnxNode): boolean => perm?.kind === 'ints' && show(perm.value) === '0x2x3x1'
const label = (node: OnnxNode): string => (node.name || node.op).slice(0, 80)

/** Initialisers and constants; an Identity or Cast of one is one. */
function constantsOf(graph: OnnxGraph): Map<string, OnnxTensor> {
  const found = new Map(graph.initialisers.map((t) => [t.name, t]))
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const value = op === 'Constant' ? attributes.value : undefined
    const same = op === 'Identity' || op === 'Cast' ? found.get(inputs[0] ?? '') : undefined
    const tensor = value?.kind === 'tensor' ? value.value : same
    if (tensor && outputs[0]) found.set(outputs[0], tensor)
  }
  return found
}

function constantOf(node: OnnxNode, name: string | undefined, constants: Map<string, OnnxTensor>): Stored {
  const tensor = constants.get(name ?? '')
  const data = tensor && valuesOf(tensor)
  if (!data) throw new OnnxLayerError(`does not store the weights of its layer "${label(node)}" as numbers`)
  return { dims: tensor.dims, data }
}

function layerOf(
  kind: OnnxLayer['kind'],
  node: OnnxNode,
  constants: Map<string, OnnxTensor>,
): Omit<OnnxLayer, 'source' | 'order'> {
  const at = (i: number): Stored => constantOf(node, node.inputs[i], constants)
  const made = (tensors: Stored[], bias: Stored | null = null) => ({ kind, name: label(node), tensors, bias })
  const second = (i: number): Stored | null => (node.inputs[i] ? at(i) : null)
  if (kind === 'conv') return made([at(1)], second(2))
  if (kind === 'batchNorm') return made([1, 2, 3, 4].map(at))
  if (kind === 'prelu') return made([at(1)])
  if (node.op === 'MatMul') return made([at(1)])
  const number = (name: string, otherwise: number): number => numberOf(node.attributes[name]) ?? otherwise
  if (number('alpha', 1) !== 1 || number('beta', 1) !== 1 || number('transA', 0) !== 0)
    throw new OnnxLayerError(`scales or turns the input of its layer "${label(node)}"`)
  return made([number('transB', 0) ? transposed(at(1)) : at(1)], second(2))
}

const numberOf = (value: AttributeValue | undefined): number | undefined =>
  value?.kind === 'int' || value?.kind === 'float' ? value.value : undefined

/** [a, b] → [b, a]; anything that is no matrix stays. */
export function transposed({ dims, data }: Stored): Stored {
  if (dims.length !== 2) return { dims, data }
  const [rows, columns] = dims as [number, number]
  const out = new Float32Array(data.length)
  for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[at++]!
  return { dims: [columns, rows], data: out }
}
