// Drawn parsing maps of a set's faces as one file beside the cache of faces: made once, read by any worker.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { sha256 } from '../../base/sha256.ts'
import { UserFacingError } from '../../contract/errors.ts'
import type { FaceCache } from '../cache.ts'
import type { Dataset, Problem } from '../types.ts'

const HASH = 32

/** Maps of the faces for which there are some. */
export interface MapsBank {
  /** Absolute path: a worker opens it by `openMaps(file, grid)`. */
  readonly file: string
  /** Cells a side. */
  readonly grid: number
  readonly count: number
  /** [grid, grid], 0..10 or 255; null where nobody has drawn one. */
  map(i: number): Uint8Array | null
  /** How many faces have one. */
  readonly drawn: number
}

export interface MapOptions {
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number) => void
  /** Told of every face whose labels cannot be used. */
  readonly problem?: (problem: Problem) => void
}

/**
 * The drawn maps of a cache's faces on a grid, kept beside it; null where the dataset has none. Labels that cannot be
 * used leave their face without a map. Interrupted, nothing is kept.
 * @param dataset what the cache was packed of, still open
 * @throws UserFacingError 'disk-full'; the signal's reason where it aborts
 */
export async function packMaps(
  dataset: Dataset,
  cache: FaceCache,
  grid: number,
  options: MapOptions = {},
): Promise<MapsBank | null> {
  const { labels } = dataset
  if (!labels) return null
  const key = sha256(JSON.stringify([1, cache.sha256, cache.fingerprint, grid])).slice(0, 16)
  const file = path.join(cache.folder, `parsing-${key}.u8`)
  const kept = reopen(file, grid, cache.count)
  if (kept) return kept
  const which = new Int32Array(cache.count).fill(-1)
  const maps: Uint8Array[] = []
  for (const [i, from] of positions(dataset, cache).entries()) {
    options.signal?.throwIfAborted()
    try {
      const map = await labels.parsing(from, grid)
      if (map) which[i] = maps.push(map) - 1
    } catch (cause) {
      if (!(cause instanceof UserFacingError)) throw cause
      options.problem?.({ name: cache.samples[i]!.name, reason: cause.message })
    }
    options.progress?.(i + 1, cache.count)
  }
  write(file, Buffer.concat([new Uint8Array(which.buffer), ...maps]))
  return openMaps(file, grid, cache.count)
}

/** Where the cache's faces stand in the dataset: the same order, but for those that could not be decoded. */
function positions(dataset: Dataset, cache: FaceCache): Int32Array {
  let at = 0
  return Int32Array.from(cache.samples, (sample) => {
    while (at < dataset.samples.length) {
      const { name, identity } = dataset.samples[at++]!
      if (name === sample.name && identity === sample.identity) return at - 1
    }
    throw new Error(`the cache was not made of "${dataset.root}": that has no ${sample.name}`)
  })
}

function reopen(file: string, grid: number, count: number): MapsBank | null {
  if (!existsSync(file)) return null
  try {
    return openMaps(file, grid, count)
  } catch (error) {
    if (!(error instanceof UserFacingError) || error.code !== 'integrity') throw error
    rmSync(file, { force: true })
    return null
  }
}

/**
 * Opens a file of maps. All of them are held in memory: 3 KB a face on a grid of 56.
 * @param count faces of the cache
 * @throws UserFacingError 'not-found', or 'integrity' where it is damaged or made for another cache or grid
 */
export function openMaps(file: string, grid: number, count: number): MapsBank {
  if (!existsSync(file))
    throw new UserFacingError('not-found', `There are no parsing maps in "${file}"; let the training make them.`, {
      subject: file,
    })
  const bytes = readFileSync(file)
  const body = bytes.subarray(0, Math.max(0, bytes.length - HASH))
  const cells = grid * grid
  const which = new Int32Array(Uint8Array.from(body.subarray(0, 4 * count)).buffer.slice(0, 4 * count))
  const drawn = which.reduce((sum, row) => sum + (row >= 0 ? 1 : 0), 0)
  const right =
    createHash('sha256').update(body).digest().equals(bytes.subarray(body.length)) &&
    body.length === 4 * count + drawn * cells &&
    which.every((row) => row >= -1 && row < drawn)
  if (!right)
    throw new UserFacingError('integrity', `The parsing maps in "${file}" are damaged; delete the file.`, {
      subject: file,
    })
  return {
    file: path.resolve(file),
    grid,
    count,
    drawn,
    map(i) {
      if (!Number.isInteger(i) || i < 0 || i >= count) throw new RangeError(`no face ${i} of ${count}`)
      const from = 4 * count + which[i]! * cells
      return which[i]! < 0 ? null : Uint8Array.from(body.subarray(from, from + cells))
    },
  }
}

function write(file: string, body: Buffer): void {
  const draft = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(draft, Buffer.concat([body, createHash('sha256').update(body).digest()]), { flush: true })
    renameSync(draft, file)
  } catch (cause) {
    rmSync(draft, { force: true })
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new UserFacingError('disk-full', 'The disk is full: the parsing maps could not be kept.', { cause })
    throw cause
  }
}
