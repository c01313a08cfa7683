// How templates change as faces shrink: SSIM of the copies, error of each dimension, and where the templates lie.
import { probeEmbed, type Embedders } from './embedders.ts'
import { CLEAN, FACE_SIZE, asFace, lowResolution } from './faceView.ts'
import { luma, ssim } from './fidelity.ts'
import { components, project } from './pca.ts'
import type { FaceKey, Load } from './templateStore.ts'

export interface Study {
  readonly faces: number
  readonly sizes: readonly {
    readonly resolution: number
    /** Mean SSIM of the copies to the faces at full size, on luma; over at most 60 faces. */
    readonly ssim: number
    /** Mean cosine of a small face's template with the same face's at full size. */
    readonly cosine: number
    /** For each dimension the mean over faces of |f_H - f_L|, templates of unit length. */
    readonly errors: readonly number[]
    /** On the two principal components of all these templates. */
    readonly places: readonly (readonly [number, number])[]
  }[]
  /** Of the templates at full size. */
  readonly places: readonly (readonly [number, number])[]
  readonly share: readonly [number, number]
}

const MOST_FACES = 200
const MOST_SSIM = 60
const BATCH = 32

function unit(values: Float32Array): Float32Array {
  let square = 0
  for (const v of values) square += v * v
  return values.map((v) => v / Math.sqrt(square))
}

/**
 * @param keys faces to choose from; 200 at most, evenly taken @param sides below the full size
 * @see Ling et al., AAAI-23 workshop (LRFR), figures 3a, 6 and 7
 */
export async function study(
  embedders: Embedders,
  keys: readonly FaceKey[],
  load: Load,
  sides: readonly number[],
  { signal, progress }: { signal?: AbortSignal | undefined; progress?: (done: number, total: number) => void } = {},
): Promise<Study> {
  const count = Math.min(MOST_FACES, keys.length)
  const chosen = Array.from({ length: count }, (_, i) => keys[Math.floor((i * keys.length) / count)]!)
  const high: Float32Array[] = []
  const low = sides.map((): Float32Array[] => [])
  const likeness = sides.map((): number[] => [])
  for (let first = 0; first < chosen.length; first += BATCH) {
    signal?.throwIfAborted()
    progress?.(first, chosen.length)
    const some = chosen.slice(first, first + BATCH)
    const faces = await Promise.all(some.map(async (key) => asFace(await load(key))))
    const references = await embedders.gallery(faces)
    const copies = (side?: number) =>
      sides.map((r) => faces.map((face, i) => lowResolution(face, r, CLEAN, some[i]!, side)))
    const shown = copies(embedders.side)
    const enlarged = embedders.side === undefined ? shown : copies()
    const templates: Awaited<ReturnType<Embedders['probe']>>[] = []
    for (const [s, of] of shown.entries()) templates.push(await probeEmbed(embedders, sides[s]!)(of, sides[s]!))
    for (const [i, reference] of references.entries()) {
      if (reference === null || templates.some((t) => t[i] === null)) continue
      high.push(unit(reference))
      for (const [s, t] of templates.entries()) low[s]!.push(unit(t[i]!))
      if (first + i >= MOST_SSIM) continue
      const y = luma(faces[i]!)
      for (const [s, of] of enlarged.entries()) likeness[s]!.push(ssim(luma(of[i]!), y, FACE_SIZE, FACE_SIZE))
    }
  }
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const all = [...high, ...low.flat()]
  const found = all.length > 1 ? components(all) : null
  const placesOf = (rows: readonly Float32Array[]) => (found ? rows.map((row) => project(row, found)) : [])
  return {
    faces: high.length,
    places: placesOf(high),
    share: found?.share ?? [0, 0],
    sizes: sides.map((resolution, s) => ({
      resolution,
      ssim: mean(likeness[s]!),
      cosine: mean(low[s]!.map((row, i) => row.reduce((sum, v, d) => sum + v * high[i]![d]!, 0))),
      errors: Array.from({ length: high[0]?.length ?? 0 }, (_, d) =>
        mean(low[s]!.map((row, i) => Math.abs(row[d]! - high[i]![d]!))),
      ),
      places: placesOf(low[s]!),
    })),
  }
}
