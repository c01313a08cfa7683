// Points of all faces of a cache, found once and kept beside it.
import { existsSync, rmSync } from 'node:fs'
import { UserFacingError } from '../contract/errors.ts'
import type { FaceCache } from '../datasets/cache.ts'
import { POINTS, type UseOptions } from '../datasets/priors/points.ts'
import { openPoints, pointsFile, writePoints, type PointsBank } from '../datasets/priors/pointsFile.ts'
import { openLandmarks, type LandmarkFinder } from '../faces/landmarks.ts'

export interface LandmarkOptions extends UseOptions {
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number) => void
  /** Default: the shipped network. It is not released. */
  readonly finder?: LandmarkFinder
}
const AT_ONCE = 16

/**
 * The points of a cache's faces: those that are kept, or found now and kept. Interrupted, nothing is kept.
 * @throws UserFacingError; the signal's reason where it aborts
 */
export async function landmarksOf(cache: FaceCache, options: LandmarkOptions = {}): Promise<PointsBank> {
  const finder = options.finder ?? (await openLandmarks())
  try {
    const file = pointsFile(cache, finder.sha256)
    const kept = reopen(file, cache.count, options)
    if (kept) return kept
    writePoints(file, await findAll(cache, finder, options))
    return openPoints(file, { ...options, count: cache.count })
  } finally {
    if (!options.finder) await finder.release()
  }
}

/** A file that is damaged is made anew. */
function reopen(file: string, count: number, options: UseOptions): PointsBank | null {
  if (!existsSync(file)) return null
  try {
    return openPoints(file, { ...options, count })
  } catch (error) {
    if (!(error instanceof UserFacingError) || error.code !== 'integrity') throw error
    rmSync(file, { force: true })
    return null
  }
}

async function findAll(
  cache: FaceCache,
  finder: LandmarkFinder,
  { signal, progress }: LandmarkOptions,
): Promise<Float32Array> {
  const rows = new Float32Array(cache.count * 2 * POINTS)
  for (let first = 0; first < cache.count; first += AT_ONCE) {
    signal?.throwIfAborted()
    const some = Array.from({ length: Math.min(AT_ONCE, cache.count - first) }, (_, k) => cache.read(first + k))
    for (const [k, points] of (await finder.find(some)).entries()) rows.set(points, (first + k) * 2 * POINTS)
    progress?.(first + some.length, cache.count)
  }
  return rows
}
