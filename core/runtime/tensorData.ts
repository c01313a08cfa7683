// Model outputs come in several number types; the application computes in float32 only.
import { fromHalf } from '../nets/half.ts'

/**
 * Values of a tensor as float32; float32 data is passed on without a copy.
 * @param type ONNX Runtime's name of the element type
 * @throws Error for strings
 */
export function toFloat32(type: string, data: unknown): Float32Array {
  if (data instanceof Float32Array) return data
  if (type === 'float16' && data instanceof Uint16Array) return Float32Array.from(data, fromHalf)
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number)
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) return Float32Array.from(data as Int32Array)
  throw new Error(`a tensor of type ${type} has no float32 values`)
}
