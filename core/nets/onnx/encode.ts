// Writes ONNX records as protobuf bytes; field numbers are those of onnx.proto3.
import protobuf from 'protobufjs/minimal.js'
import type { AttributeValue, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './model.ts'

type Writer = protobuf.Writer
const LENGTH_DELIMITED = 2
const VARINT = 0
const FIXED32 = 5

const tag = (w: Writer, field: number, wire: number): Writer => w.uint32((field << 3) | wire)
const text = (w: Writer, field: number, value: string): void => {
  if (value !== '') tag(w, field, LENGTH_DELIMITED).string(value)
}
const integer = (w: Writer, field: number, value: number): void => {
  tag(w, field, VARINT).int64(value)
}
const message = (w: Writer, field: number, body: (inner: Writer) => void): void => {
  tag(w, field, LENGTH_DELIMITED).fork()
  body(w)
  w.ldelim()
}

function writeTensor(w: Writer, tensor: OnnxTensor): void {
  message(w, 1, () => tensor.dims.forEach((d) => w.int64(d)))
  integer(w, 2, tensor.type)
  text(w, 8, tensor.name)
  tag(w, 9, LENGTH_DELIMITED).bytes(tensor.raw)
}

/** Field number and AttributeType of each kind that we write. */
function writeAttribute(w: Writer, name: string, value: AttributeValue): void {
  text(w, 1, name)
  switch (value.kind) {
    case 'float':
      tag(w, 2, FIXED32).float(value.value)
      return integer(w, 20, 1)
    case 'int':
      integer(w, 3, value.value)
      return integer(w, 20, 2)
    case 'string':
      tag(w, 4, LENGTH_DELIMITED).string(value.value)
      return integer(w, 20, 3)
    case 'tensor':
      message(w, 5, () => writeTensor(w, value.value))
      return integer(w, 20, 4)
    case 'floats':
      message(w, 7, () => value.value.forEach((v) => w.float(v)))
      return integer(w, 20, 6)
    case 'ints':
      message(w, 8, () => value.value.forEach((v) => w.int64(v)))
      return integer(w, 20, 7)
    default:
      throw new Error(`attributes of kind ${value.kind} are not written`)
  }
}

function writeNode(w: Writer, node: OnnxNode): void {
  for (const name of node.inputs) tag(w, 1, LENGTH_DELIMITED).string(name)
  for (const name of node.outputs) tag(w, 2, LENGTH_DELIMITED).string(name)
  text(w, 3, node.name)
  text(w, 4, node.op)
  for (const [name, value] of Object.entries(node.attributes)) message(w, 5, () => writeAttribute(w, name, value))
  text(w, 7, node.domain)
}

function writeValue(w: Writer, value: OnnxValue): void {
  text(w, 1, value.name)
  message(w, 2, () =>
    message(w, 1, () => {
      integer(w, 1, value.type)
      message(w, 2, () => {
        for (const dim of value.dims)
          message(w, 1, () => (typeof dim === 'number' ? integer(w, 1, dim) : text(w, 2, dim)))
      })
    }),
  )
}

function writeGraph(w: Writer, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(w, 1, () => writeNode(w, node))
  text(w, 2, graph.name)
  for (const tensor of graph.initialisers) message(w, 5, () => writeTensor(w, tensor))
  for (const value of graph.inputs) message(w, 11, () => writeValue(w, value))
  for (const value of graph.outputs) message(w, 12, () => writeValue(w, value))
}

/** @returns the bytes of a ModelProto. Equal records give equal bytes. @throws Error for attributes we never write */
export function encodeModel(model: OnnxModel): Uint8Array {
  const w = protobuf.Writer.create()
  integer(w, 1, model.irVersion)
  text(w, 2, model.producer)
  message(w, 7, () => writeGraph(w, model.graph))
  for (const [domain, version] of Object.entries(model.opsets))
    message(w, 8, () => {
      text(w, 1, domain)
      integer(w, 2, version)
    })
  for (const [key, value] of Object.entries(model.metadata))
    message(w, 14, () => {
      text(w, 1, key)
      text(w, 2, value)
    })
  // A copy: the writer may hand out a part of a shared pool.
  return new Uint8Array(w.finish())
}
