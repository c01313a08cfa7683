// Reads arrays of little-endian numbers of any width as float32.
import { fromHalf } from '../half.ts'

export type NumberKind = 'f16' | 'bf16' | 'f32' | 'f64' | 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64'

const word = new DataView(new ArrayBuffer(4))
const readers: Record<NumberKind, [width: number, read: (view: DataView, at: number) => number]> = {
  f16: [2, (v, at) => fromHalf(v.getUint16(at, true))],
  // The upper half of a float32.
  bf16: [2, (v, at) => (word.setUint32(0, v.getUint16(at, true) << 16), word.getFloat32(0))],
  f32: [4, (v, at) => v.getFloat32(at, true)],
  f64: [8, (v, at) => v.getFloat64(at, true)],
  i8: [1, (v, at) => v.getInt8(at)],
  u8: [1, (v, at) => v.getUint8(at)],
  i16: [2, (v, at) => v.getInt16(at, true)],
  u16: [2, (v, at) => v.getUint16(at, true)],
  i32: [4, (v, at) => v.getInt32(at, true)],
  u32: [4, (v, at) => v.getUint32(at, true)],
  i64: [8, (v, at) => Number(v.getBigInt64(at, true))],
  u64: [8, (v, at) => Number(v.getBigUint64(at, true))],
}

/** Bytes per number. */
export const widthOf = (kind: NumberKind): number => readers[kind][0]

/** @param bytes a whole number of numbers, at any offset */
export function readNumbers(bytes: Uint8Array, kind: NumberKind): Float32Array {
  const [width, read] = readers[kind]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out = new Float32Array(bytes.byteLength / width)
  for (let i = 0; i < out.length; i++) out[i] = read(view, i * width)
  return out
}
