// Reads a TensorFlow.js weights file by its manifest, quantised tensors left as they are.
import type { Weight } from './weights.ts'

/** One entry of a TensorFlow.js weights manifest. */
interface ManifestEntry {
  name: string
  shape: number[]
  dtype: string
  quantization?: { dtype: string; scale: number; min: number }
}
/** The parsed JSON of `<model>-weights_manifest.json`. */
export type Manifest = { weights: ManifestEntry[] }[]

/**
 * @param bytes of the one `.bin` that the manifest describes
 * @param ourName a tensor's name in our graph
 * @throws Error when an entry is of another kind or the bytes do not fit the manifest
 */
export function manifestWeights(
  manifest: Manifest,
  bytes: Uint8Array,
  ourName: (name: string) => string,
): Map<string, Weight> {
  const store = new Map<string, Weight>()
  let at = 0
  for (const { name, shape, dtype, quantization } of manifest.flatMap((group) => group.weights)) {
    const size = shape.reduce((a, b) => a * b, 1)
    const width = quantization ? 1 : 4
    // A copy in memory of its own: floats must lie on multiples of four (and Buffer.slice would not copy).
    const data = Uint8Array.from(bytes.subarray(at, (at += size * width)))
    if (dtype !== 'float32' || (quantization && quantization.dtype !== 'uint8') || data.length !== size * width)
      throw new Error(`the weights file does not hold "${name}" as its manifest says`)
    store.set(
      ourName(name),
      quantization
        ? { kind: 'uint8', shape, data, scale: quantization.scale, min: quantization.min }
        : { kind: 'float32', shape, data: new Float32Array(data.buffer) },
    )
  }
  if (at !== bytes.length) throw new Error(`the weights file has ${bytes.length - at} bytes too many`)
  return store
}
