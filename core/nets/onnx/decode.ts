// Takes an ONNX file apart into records, refusing whatever could reach outside it or has no place in a network.
import type { AttributeValue, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './model.ts'
import { fieldsOf, float32s, OnnxFormatError, packedVarints, signed, textOf, type Field } from './wire.ts'

/** Bounds on what a file may hold. */
export const limits = {
  nodes: 50_000,
  tensors: 50_000,
  /** Fields in the whole file: a file made of nothing but tiny fields would keep us busy for minutes. */
  fields: 2_000_000,
  /** Numbers in one attribute. */
  list: 100_000,
  /** Elements of a tensor that is not stored as raw bytes or packed floats. */
  loose: 5_000_000,
  /** Graphs inside graphs (the branches of If). */
  depth: 2,
  rank: 8,
  elements: 2 ** 31,
} as const

/** A file that stores its weights in other files: reading them would let it name any path of this computer. */
export class ExternalDataError extends OnnxFormatError {}

interface Tally {
  nodes: number
  tensors: number
  fields: number
}

type Handlers = Record<number, (field: Field) => void>

/** Runs the handler of each known field; unknown ones carry documentation and are passed over. */
function read(bytes: Uint8Array, tally: Tally, handlers: Handlers): void {
  for (const field of fieldsOf(bytes)) {
    if (++tally.fields > limits.fields) throw new OnnxFormatError(`it holds more than ${limits.fields} fields`)
    handlers[field.field]?.(field)
  }
}
function bytesOf(field: Field): Uint8Array {
  if (field.wire !== 'bytes') throw new OnnxFormatError('a field has the wrong type')
  return field.value
}
function intOf(field: Field): number {
  if (field.wire !== 'varint') throw new OnnxFormatError('a field has the wrong type')
  return signed(field.value)
}
/** Repeated integers come one by one or packed. */
const intsOf = (field: Field, limit: number): number[] =>
  field.wire === 'varint' ? [signed(field.value)] : packedVarints(bytesOf(field), limit).map(signed)
const floatsOf = (field: Field): Float32Array =>
  field.wire === 'fixed32' ? float32s(field.value) : float32s(bytesOf(field))

function append(list: number[], values: Iterable<number>, limit: number): void {
  for (const v of values) list.push(v)
  if (list.length > limit) throw new OnnxFormatError(`it holds a list of more than ${limit} numbers`)
}

/** A singular message that stands twice would be merged by other readers: what they see is not what we checked. */
function once<T>(present: T | undefined, what: string): void {
  if (present !== undefined) throw new OnnxFormatError(`it holds ${what} twice`)
}

function readTensor(bytes: Uint8Array, tally: Tally): OnnxTensor {
  if (++tally.tensors > limits.tensors) throw new OnnxFormatError(`it holds more than ${limits.tensors} tensors`)
  const tensor: OnnxTensor = { name: '', dims: [], type: 0, raw: new Uint8Array(0), numbers: [] }
  const external = (): never => {
    throw new ExternalDataError(`its tensor "${tensor.name}" is stored in another file`)
  }
  const chunks: Uint8Array[] = []
  const loose = (f: Field): void => append(tensor.numbers, intsOf(f, limits.loose), limits.loose)
  read(bytes, tally, {
    1: (f) => append(tensor.dims, intsOf(f, limits.rank), limits.rank),
    2: (f) => (tensor.type = intOf(f)),
    3: () => {
      throw new OnnxFormatError('it holds a tensor in segments')
    },
    // Packed float_data are the same bytes as raw_data.
    4: (f) => chunks.push(f.wire === 'fixed32' ? f.value : bytesOf(f)),
    5: loose,
    6: () => {
      throw new OnnxFormatError('it holds text where numbers belong')
    },
    7: loose,
    8: (f) => (tensor.name = textOf(bytesOf(f))),
    9: (f) => (tensor.raw = bytesOf(f)),
    10: (f) => append(tensor.numbers, doubles(f), limits.loose),
    11: loose,
    13: external,
    14: (f) => intOf(f) !== 0 && external(),
  })
  if (chunks.length && (tensor.raw.length || tensor.type !== 1)) throw new OnnxFormatError('it stores a tensor twice')
  if (chunks.length) tensor.raw = chunks.length === 1 ? chunks[0]! : joined(chunks)
  return tensor
}
function doubles(field: Field): Float64Array {
  const bytes = field.wire === 'fixed64' ? field.value : bytesOf(field)
  if (bytes.length % 8) throw new OnnxFormatError('it ends in the middle of a number')
  return new Float64Array(Uint8Array.from(bytes).buffer)
}
function joined(chunks: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0))
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}

function readAttribute(bytes: Uint8Array, depth: number, tally: Tally): [string, AttributeValue] {
  let name = ''
  let type = 0
  let f = 0
  let i = 0
  let s = ''
  let tensor: OnnxTensor | undefined
  let graph: OnnxGraph | undefined
  const floats: number[] = []
  const ints: number[] = []
  const strings: string[] = []
  const refuse = (what: string) => (): never => {
    throw new OnnxFormatError(`it holds ${what}`)
  }
  read(bytes, tally, {
    1: (x) => (name = textOf(bytesOf(x))),
    2: (x) => (f = floatsOf(x)[0] ?? 0),
    3: (x) => (i = intOf(x)),
    4: (x) => (s = textOf(bytesOf(x))),
    5: (x) => {
      once(tensor, 'a tensor')
      tensor = readTensor(bytesOf(x), tally)
    },
    6: (x) => {
      once(graph, 'a subgraph')
      graph = readGraph(bytesOf(x), depth + 1, tally)
    },
    7: (x) => append(floats, floatsOf(x), limits.list),
    8: (x) => append(ints, intsOf(x, limits.list), limits.list),
    9: (x) => {
      if (strings.push(textOf(bytesOf(x))) > limits.list) refuse('too many strings')()
    },
    10: refuse('a list of tensors in an attribute'),
    11: refuse('a list of graphs in an attribute'),
    20: (x) => (type = intOf(x)),
    21: refuse('a reference to another attribute'),
    22: refuse('a sparse tensor'),
    23: refuse('a sparse tensor'),
  })
  // Files of IR version 1 leave the type out; a tensor or graph is then recognised by being there.
  const kind = type || (tensor ? 4 : graph ? 5 : 0)
  if (kind === 4 && tensor) return [name, { kind: 'tensor', value: tensor }]
  if (kind === 5 && graph) return [name, { kind: 'graph', value: graph }]
  // What is there is checked whatever the type says, so a subgraph cannot hide behind another type.
  if (tensor || graph) throw new OnnxFormatError('an attribute is not of the type it states')
  const values: Record<number, AttributeValue> = {
    1: { kind: 'float', value: f },
    2: { kind: 'int', value: i },
    3: { kind: 'string', value: s },
    6: { kind: 'floats', value: floats },
    7: { kind: 'ints', value: ints },
    8: { kind: 'strings', value: strings },
  }
  return [name, values[kind] ?? { kind: 'other' }]
}

function readNode(bytes: Uint8Array, depth: number, tally: Tally): OnnxNode {
  if (++tally.nodes > limits.nodes) throw new OnnxFormatError(`it holds more than ${limits.nodes} operations`)
  const node: OnnxNode = { op: '', domain: '', name: '', inputs: [], outputs: [], attributes: {} }
  const attributes = new Map<string, AttributeValue>()
  read(bytes, tally, {
    1: (f) => node.inputs.push(textOf(bytesOf(f))),
    2: (f) => node.outputs.push(textOf(bytesOf(f))),
    3: (f) => (node.name = textOf(bytesOf(f))),
    4: (f) => (node.op = textOf(bytesOf(f))),
    5: (f) => attributes.set(...readAttribute(bytesOf(f), depth, tally)),
    7: (f) => (node.domain = textOf(bytesOf(f))),
  })
  node.attributes = Object.fromEntries(attributes)
  return node
}

function readValue(bytes: Uint8Array, tally: Tally): OnnxValue {
  const value: OnnxValue = { name: '', type: 0, dims: [] }
  const dim = (f: Field): void => {
    let size: number | string = -1
    read(bytesOf(f), tally, {
      1: (x) => (size = intOf(x)),
      2: (x) => (size = textOf(bytesOf(x)) || -1),
    })
    if (value.dims.push(size) > limits.rank)
      throw new OnnxFormatError(`it declares more than ${limits.rank} dimensions`)
  }
  const tensorType = (f: Field): void =>
    read(bytesOf(f), tally, { 1: (x) => (value.type = intOf(x)), 2: (x) => read(bytesOf(x), tally, { 1: dim }) })
  read(bytes, tally, {
    1: (f) => (value.name = textOf(bytesOf(f))),
    2: (f) => read(bytesOf(f), tally, { 1: tensorType }),
  })
  return value
}

function readGraph(bytes: Uint8Array, depth: number, tally: Tally): OnnxGraph {
  if (depth > limits.depth) throw new OnnxFormatError(`it nests graphs more than ${limits.depth} deep`)
  const graph: OnnxGraph = { name: '', nodes: [], initialisers: [], inputs: [], outputs: [] }
  read(bytes, tally, {
    1: (f) => graph.nodes.push(readNode(bytesOf(f), depth, tally)),
    2: (f) => (graph.name = textOf(bytesOf(f))),
    5: (f) => graph.initialisers.push(readTensor(bytesOf(f), tally)),
    11: (f) => graph.inputs.push(readValue(bytesOf(f), tally)),
    12: (f) => graph.outputs.push(readValue(bytesOf(f), tally)),
    15: () => {
      throw new OnnxFormatError('it holds a sparse tensor')
    },
  })
  return graph
}

/**
 * Takes a file apart. Tensors keep views into `bytes`; nothing is computed, and no other file is touched.
 * @throws ExternalDataError when any tensor lives in another file
 * @throws OnnxFormatError when the bytes are no ONNX model, or hold what a network does not need
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const tally: Tally = { nodes: 0, tensors: 0, fields: 0 }
  const opsets: [string, number][] = []
  const metadata: [string, string][] = []
  let irVersion = 0
  let producer = ''
  let graph: OnnxGraph | undefined
  read(bytes, tally, {
    1: (f) => (irVersion = intOf(f)),
    2: (f) => (producer = textOf(bytesOf(f))),
    7: (f) => {
      once(graph, 'its graph')
      graph = readGraph(bytesOf(f), 0, tally)
    },
    8: (f) => {
      const entry: [string, number] = ['', 0]
      read(bytesOf(f), tally, { 1: (x) => (entry[0] = textOf(bytesOf(x))), 2: (x) => (entry[1] = intOf(x)) })
      opsets.push(entry)
    },
    14: (f) => {
      const entry: [string, string] = ['', '']
      read(bytesOf(f), tally, { 1: (x) => (entry[0] = textOf(bytesOf(x))), 2: (x) => (entry[1] = textOf(bytesOf(x))) })
      metadata.push(entry)
    },
    20: () => {
      throw new OnnxFormatError('it holds instructions for training')
    },
    25: () => {
      throw new OnnxFormatError('it defines functions of its own')
    },
  })
  if (!graph) throw new OnnxFormatError('it holds no graph')
  return { irVersion, producer, opsets: Object.fromEntries(opsets), graph, metadata: Object.fromEntries(metadata) }
}
