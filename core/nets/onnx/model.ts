// The part of the ONNX format that we write and read, as plain records (onnx.proto3, IR version 8, Apache-2.0).

/** Element types of TensorProto.DataType. */
export const DataType = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
} as const

/** Bytes per element; types not listed here (strings, 4-bit and 8-bit floats) are not read. */
export const elementBytes: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  14: 8,
  15: 16,
  16: 2,
}

export interface OnnxTensor {
  name: string
  dims: number[]
  type: number
  /** Little-endian elements, as they lie in the file; empty when the values stand in `numbers`. */
  raw: Uint8Array
  /** Values of the typed fields (float_data, int32_data, int64_data …); empty when `raw` holds them. */
  numbers: number[]
}

export type AttributeValue =
  | { kind: 'float'; value: number }
  | { kind: 'int'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'floats'; value: number[] }
  | { kind: 'ints'; value: number[] }
  | { kind: 'strings'; value: string[] }
  | { kind: 'tensor'; value: OnnxTensor }
  | { kind: 'graph'; value: OnnxGraph }
  | { kind: 'other' }

export interface OnnxNode {
  op: string
  domain: string
  name: string
  inputs: string[]
  outputs: string[]
  attributes: Record<string, AttributeValue>
}

/** An input or output of a graph; a dimension without a number is symbolic, -1 stands for one without a name. */
export interface OnnxValue {
  name: string
  type: number
  dims: (number | string)[]
}

export interface OnnxGraph {
  name: string
  nodes: OnnxNode[]
  initialisers: OnnxTensor[]
  inputs: OnnxValue[]
  outputs: OnnxValue[]
}

export interface OnnxModel {
  irVersion: number
  producer: string
  /** Operator sets by domain; '' is the standard one. */
  opsets: Record<string, number>
  graph: OnnxGraph
  metadata: Record<string, string>
}
