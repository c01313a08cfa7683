// The scan's network: one MatMul, written as ONNX by hand, because 100 bytes need no library.

const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)])
const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0))
/** Protocol Buffers field of wire type 0. */
const integer = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)]
/** Protocol Buffers field of wire type 2. */
const bytes = (field: number, value: number[]): number[] => [
  ...varint((field << 3) | 2),
  ...varint(value.length),
  ...value,
]
const text = (field: number, value: string): number[] => bytes(field, ascii(value))

/** ValueInfoProto of a float32 matrix; dimensions are named, so that any size may come in. */
const matrix = (name: string, rows: string, columns: string): number[] => {
  const dimension = (label: string): number[] => bytes(1, text(2, label))
  const shape = [...dimension(rows), ...dimension(columns)]
  return [...text(1, name), ...bytes(2, bytes(1, [...integer(1, 1), ...bytes(2, shape)]))]
}

/**
 * ONNX model (IR 8, operator set 17) that computes `scores[n, 1] = gallery[n, d] · probe[d, 1]`.
 * Field numbers: onnx.proto3, messages ModelProto, GraphProto, NodeProto, ValueInfoProto.
 */
export function scanModel(): Uint8Array {
  const node = [...text(1, 'gallery'), ...text(1, 'probe'), ...text(2, 'scores'), ...text(4, 'MatMul')]
  const graph = [
    ...bytes(1, node),
    ...text(2, 'scan'),
    ...bytes(11, matrix('gallery', 'n', 'd')),
    ...bytes(11, matrix('probe', 'd', 'one')),
    ...bytes(12, matrix('scores', 'n', 'one')),
  ]
  return Uint8Array.from([...integer(1, 8), ...bytes(7, graph), ...bytes(8, integer(2, 17))])
}
