// The file of all faces' points beside a cache of faces: found by its name, checked by its hash, read by any worker.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { sha256 } from '../../base/sha256.ts'
import { UserFacingError } from '../../contract/errors.ts'
import type { FaceCache } from '../cache.ts'
import { POINTS, whyUnfit, type Points, type Unfit, type UseOptions } from './points.ts'

const ROW = 2 * POINTS
const HASH = 32

/** Points of all faces of a cache. */
export interface PointsBank {
  /** Absolute path: a worker opens it by `openPoints(file)`. */
  readonly file: string
  readonly count: number
  /** As they were found, fit or not. */
  found(i: number): Points
  /** Points to learn from, or null where there are none (`why`). */
  points(i: number): Points | null
  why(i: number): Unfit | null
  /** Positions of the faces that have points, in order. */
  readonly fit: Int32Array
}

/** Name of the file for these faces and this network. @param network SHA-256 of what found, or will find, the points */
export const pointsFile = (cache: Pick<FaceCache, 'folder' | 'sha256'>, network: string): string =>
  path.join(cache.folder, `points-${sha256(JSON.stringify([1, cache.sha256, network])).slice(0, 16)}.f32`)

/**
 * Opens a file of points.
 * @param count faces that it should have; default: as many as it has
 * @throws UserFacingError 'not-found', or 'integrity' where it is damaged or has another number of faces
 */
export function openPoints(file: string, options: UseOptions & { readonly count?: number } = {}): PointsBank {
  if (!existsSync(file))
    throw new UserFacingError('not-found', `There are no points of faces in "${file}"; let the training find them.`, {
      subject: file,
    })
  const bytes = readFileSync(file)
  const body = bytes.subarray(0, Math.max(0, bytes.length - HASH))
  const count = body.length / (4 * ROW)
  const right = createHash('sha256').update(body).digest().equals(bytes.subarray(body.length))
  if (!right || !Number.isInteger(count) || count !== (options.count ?? count))
    throw new UserFacingError('integrity', `The points of faces in "${file}" are damaged; delete the file.`, {
      subject: file,
    })
  // A copy in memory of its own: floats must lie on multiples of four.
  const rows = new Float32Array(Uint8Array.from(body).buffer)
  const at = (i: number): Points => {
    if (!Number.isInteger(i) || i < 0 || i >= count) throw new RangeError(`no face ${i} of ${count}`)
    return rows.subarray(i * ROW, (i + 1) * ROW)
  }
  const reasons = Array.from({ length: count }, (_, i) => whyUnfit(at(i), options))
  return {
    file: path.resolve(file),
    count,
    found: at,
    points: (i) => (at(i), reasons[i] === null ? at(i) : null),
    why: (i) => (at(i), reasons[i]!),
    fit: Int32Array.from(reasons.flatMap((why, i) => (why === null ? [i] : []))),
  }
}

/** Writes all faces' points at once: all of them or nothing. @param rows [N, 136] @throws UserFacingError 'disk-full' */
export function writePoints(file: string, rows: Float32Array): void {
  const body = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
  const draft = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(draft, Buffer.concat([body, createHash('sha256').update(body).digest()]), { flush: true })
    renameSync(draft, file)
  } catch (cause) {
    rmSync(draft, { force: true })
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new UserFacingError('disk-full', `The disk is full: the points of the faces could not be kept.`, { cause })
    throw cause
  }
}
