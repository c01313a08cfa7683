// The named store of a network's tensors, kept apart from its graph; small files may keep them as bytes or halves.
import { show } from './shapes.ts'
import type { WeightSpec } from './specs.ts'
import { fromHalf, toHalf } from './half.ts'

/** A tensor as stored. uint8: value = byte * scale + min. float16: IEEE 754 binary16 bits. */
export type Weight =
  | { kind: 'float32'; shape: readonly number[]; data: Float32Array }
  | { kind: 'uint8'; shape: readonly number[]; data: Uint8Array; scale: number; min: number }
  | { kind: 'float16'; shape: readonly number[]; data: Uint16Array }
export type WeightStore = ReadonlyMap<string, Weight>

/** The tensor's values; float32 without a copy. */
export function floats(weight: Weight): Float32Array {
  if (weight.kind === 'float32') return weight.data
  const { data } = weight
  const out = new Float32Array(data.length)
  if (weight.kind === 'float16') for (let i = 0; i < out.length; i++) out[i] = fromHalf(data[i]!)
  else for (let i = 0; i < out.length; i++) out[i] = data[i]! * weight.scale + weight.min
  return out
}

/** Rounds a tensor to float16 (nearest, ties to even): relative error at most 2^-11 for |x| in 6e-5 … 65504. */
export function halved(weight: Weight): Weight {
  const values = floats(weight)
  const data = new Uint16Array(values.length)
  for (let i = 0; i < data.length; i++) data[i] = toHalf(values[i]!)
  return { kind: 'float16', shape: weight.shape, data }
}

/**
 * Checks that a store holds what a graph needs, in the right shapes.
 * @throws Error naming the first tensor that is missing or of another shape
 */
export function requireWeights(specs: readonly WeightSpec[], store: WeightStore): void {
  for (const { name, shape } of specs) {
    const weight = store.get(name)
    if (!weight) throw new Error(`the weights lack "${name}" (${show(shape)})`)
    const size = shape.reduce((a, b) => a * b, 1)
    if (show(weight.shape) !== show(shape) || weight.data.length !== size)
      throw new Error(`weight "${name}" is ${show(weight.shape)} with ${weight.data.length} values, not ${show(shape)}`)
  }
}
