// Lowers a graph with its weights to the bytes of an ONNX file (operator set 17), small when the weights are small.
import { inputOf, neededFor, type Graph, type Node, type Op, type Shape } from '../graph.ts'
import { inferShapes } from '../shapes.ts'
import { weightSpecs } from '../specs.ts'
import { requireWeights, type WeightStore } from '../weights.ts'
import { encodeModel } from './encode.ts'
import { DataType, type AttributeValue, type OnnxNode, type OnnxTensor, type OnnxValue } from './model.ts'
import { lowerings } from './operators.ts'
import { asInitialiser, type Layout } from './tensors.ts'

export interface OnnxOptions {
  /** Order of the file's image input; the graph itself runs as NCHW, which ONNX demands. Default NCHW. */
  layout?: 'NCHW' | 'NHWC'
  /** A number where the file shall take exactly that many images; default: any number. */
  batch?: number
  /** Which of the graph's outputs the file has; default: the first alone. */
  taps?: readonly string[]
  /** Free text that travels in the file. */
  metadata?: Record<string, string>
}

/** What an operation's lowering may do: emit nodes, refer to weights and constants. Results are names of values. */
export interface Emit {
  node(op: string, inputs: string[], attributes?: Record<string, AttributeValue>, name?: string): string
  weight(name: string, layout: Layout): string
  floats(name: string, dims: number[], values: readonly number[]): string
  int64s(name: string, values: readonly number[]): string
  shape(id: string): Shape
}
export type Lowering<K extends Op> = (emit: Emit, node: Node<K>, inputs: string[]) => string

/**
 * @returns a ModelProto with one float32 input "input" and one float32 output per tap, named as the tap
 * @throws GraphError, or Error when the weights do not fit the graph
 */
export function toOnnx(graph: Graph, weights: WeightStore, options: OnnxOptions = {}): Uint8Array {
  const { layout = 'NCHW', batch, taps = [Object.keys(graph.taps)[0]!] } = options
  const shapes = inferShapes(graph)
  requireWeights(weightSpecs(graph, shapes), weights)
  const nodes: OnnxNode[] = []
  const initialisers = new Map<string, OnnxTensor>()
  const written = new Map<string, string>()

  const emit: Emit = {
    shape: (id) => shapes.get(id)!,
    node(op, inputs, attributes = {}, name = `${op}_${nodes.length}`) {
      // Outputs bear the names of the taps, so a node of such a name has to step aside.
      const value = taps.includes(name) ? `${name}/value` : name
      nodes.push({ op, domain: '', name: value, inputs, outputs: [value], attributes })
      return value
    },
    floats(name, dims, values) {
      const raw = new Uint8Array(Float32Array.from(values).buffer)
      initialisers.set(name, { name, dims, type: DataType.float, raw, numbers: [] })
      return name
    },
    int64s(name, values) {
      const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
      initialisers.set(name, { name, dims: [values.length], type: DataType.int64, raw, numbers: [] })
      return name
    },
    weight(name, as) {
      const key = `${name} ${as}`
      const known = written.get(key)
      if (known) return known
      const { tensor, decode } = asInitialiser(name, weights.get(name)!, as)
      initialisers.set(tensor.name, tensor)
      const value = decode ? decode(emit, tensor.name) : tensor.name
      written.set(key, value)
      return value
    },
  }

  const results = new Map<string, string>()
  for (const node of neededFor(graph, taps)) {
    const inputs = node.inputs.map((id) => results.get(id)!)
    if (node.op === 'input') results.set(node.id, inputValue(emit, layout, shapes.get(node.id)!))
    else results.set(node.id, (lowerings[node.op] as Lowering<Op>)(emit, node, inputs))
  }
  const outputs = taps.map((tap): OnnxValue => {
    const id = graph.taps[tap]!
    nodes.push({ op: 'Identity', domain: '', name: tap, inputs: [results.get(id)!], outputs: [tap], attributes: {} })
    return { name: tap, type: DataType.float, dims: [batch ?? 'N', ...order(shapes.get(id)!, 'NCHW')] }
  })
  const inputDims = order(shapes.get(inputOf(graph).id)!, layout)
  return encodeModel({
    irVersion: 8,
    producer: 'vestige',
    opsets: { '': 17 },
    metadata: options.metadata ?? {},
    graph: {
      name: graph.name,
      nodes,
      initialisers: [...initialisers.values()],
      inputs: [{ name: 'input', type: DataType.float, dims: [batch ?? 'N', ...inputDims] }],
      outputs,
    },
  })
}

const order = (shape: Shape, layout: 'NCHW' | 'NHWC'): number[] =>
  shape.length === 3 && layout === 'NCHW' ? [shape[2], shape[0], shape[1]] : [...shape]

const inputValue = (emit: Emit, layout: 'NCHW' | 'NHWC', shape: Shape): string =>
  layout === 'NHWC' && shape.length === 3
    ? emit.node('Transpose', ['input'], { perm: { kind: 'ints', value: [0, 3, 1, 2] } })
    : 'input'
