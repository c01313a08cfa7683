// The numbers of an ONNX tensor, whatever type and field they are stored in.
import { fromHalf } from '../half.ts'
import { DataType, elementBytes, type OnnxTensor } from './model.ts'

/**
 * Values of a tensor as float32, in the file's order.
 * @returns null for types that hold no real numbers of up to 64 bits (text, complex, bfloat16)
 */
export function valuesOf({ type, raw, numbers }: OnnxTensor): Float32Array | null {
  if (!raw.length) return type === DataType.float16 ? Float32Array.from(numbers, fromHalf) : Float32Array.from(numbers)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const read = readers[type]
  if (!read) return null
  const width = elementBytes[type]!
  const out = new Float32Array(raw.length / width)
  for (let i = 0; i < out.length; i++) out[i] = read(view, i * width)
  return out
}

const readers: Record<number, (view: DataView, at: number) => number> = {
  [DataType.float]: (v, at) => v.getFloat32(at, true),
  [DataType.double]: (v, at) => v.getFloat64(at, true),
  [DataType.float16]: (v, at) => fromHalf(v.getUint16(at, true)),
  [DataType.uint8]: (v, at) => v.getUint8(at),
  [DataType.int8]: (v, at) => v.getInt8(at),
  [DataType.uint16]: (v, at) => v.getUint16(at, true),
  [DataType.int16]: (v, at) => v.getInt16(at, true),
  [DataType.int32]: (v, at) => v.getInt32(at, true),
  [DataType.uint32]: (v, at) => v.getUint32(at, true),
  [DataType.int64]: (v, at) => Number(v.getBigInt64(at, true)),
  [DataType.uint64]: (v, at) => Number(v.getBigUint64(at, true)),
  [DataType.bool]: (v, at) => v.getUint8(at),
}
