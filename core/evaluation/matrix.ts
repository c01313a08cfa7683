// Templates of many faces as rows of one matrix of unit length, and a probe's scores against all of them.
import type { Image8 } from '../images/pixels.ts'
import { NO_SCORE } from './embedders.ts'
import type { FaceKey } from './templateStore.ts'

export interface Matrix {
  readonly dim: number
  /** count x dim, each row of unit length. */
  readonly rows: Float32Array
  /** 0 where a face gave no template. */
  readonly there: Uint8Array
}

const BATCH = 32

/** @param embed also gets the faces' keys @param make the view's pixels of one face @param done is called with the faces embedded in each step */
export async function embedMatrix(
  embed: (faces: readonly Image8[], keys: readonly FaceKey[]) => Promise<(Float32Array | null)[]>,
  keys: readonly FaceKey[],
  make: (key: FaceKey) => Promise<Image8>,
  { signal, done }: { signal?: AbortSignal | undefined; done?: (made: number) => void } = {},
): Promise<Matrix> {
  const there = new Uint8Array(keys.length)
  let dim = 0
  let rows = new Float32Array(0)
  for (let first = 0; first < keys.length; first += BATCH) {
    signal?.throwIfAborted()
    const some = keys.slice(first, first + BATCH)
    for (const [k, template] of (await embed(await Promise.all(some.map(make)), some)).entries()) {
      if (template === null) continue
      let square = 0
      for (const value of template) square += value * value
      if (!(square > 0)) continue
      if (dim === 0) {
        dim = template.length
        rows = new Float32Array(keys.length * dim)
      }
      const length = Math.sqrt(square)
      for (let i = 0; i < dim; i++) rows[(first + k) * dim + i] = template[i]! / length
      there[first + k] = 1
    }
    done?.(some.length)
  }
  return { dim, rows, there }
}

/** Cosines of row `i` of `probes` with every row of `gallery`, float64 sums; NO_SCORE where either is missing. */
export function cosines(probes: Matrix, i: number, gallery: Matrix): Float64Array {
  const { dim, rows, there } = gallery
  const out = new Float64Array(there.length).fill(NO_SCORE)
  if (!probes.there[i] || dim !== probes.dim) return out
  const probe = probes.rows.subarray(i * dim, (i + 1) * dim)
  for (let row = 0, at = 0; row < there.length; row++, at += dim) {
    if (!there[row]) continue
    let sum = 0
    for (let d = 0; d < dim; d++) sum += probe[d]! * rows[at + d]!
    out[row] = sum
  }
  return out
}
