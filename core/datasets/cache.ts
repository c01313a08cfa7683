// The decoding cache: all faces of a dataset as one file of raw pixels, made once, read by any number of workers.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { UserFacingError } from '../contract/errors.ts'
import type { Image8 } from '../images/pixels.ts'
import { identitiesOf } from './images.ts'
import type { Problem, Sample } from './types.ts'

export const INDEX = 'index.json'

export const CacheIndex = z.strictObject({
  version: z.literal(1),
  /** Side in pixels. */
  size: z.int().min(1).max(4096),
  /** Of names, identities, sizes and times of the dataset's files. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  /** File beside the index: size x size x 3 bytes a face, in the samples' order. */
  pixels: z.string().regex(/^pixels-[0-9a-f]{16}\.rgb$/),
  /** Of the pixel file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  samples: z.array(
    z.strictObject({
      identity: z.string(),
      name: z.string(),
      index: z.int().optional(),
      split: z.string().optional(),
      camera: z.string().optional(),
      distance: z.string().optional(),
    }),
  ),
  problems: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
})
export type CacheIndex = z.infer<typeof CacheIndex>

/** Faces of one size in memory's reach. Opening one costs a file handle; `read` costs a copy. */
export interface FaceCache {
  /** Folder of the cache: a worker opens it by `openFaceCache(folder)`. */
  readonly folder: string
  readonly count: number
  /** Side in pixels. */
  readonly size: number
  /** SHA-256 of all pixels, in order. */
  readonly sha256: string
  readonly fingerprint: string
  readonly samples: readonly Sample[]
  /** Sorted by code units. */
  readonly identities: readonly string[]
  /** What the dataset could not use, and what could not be decoded. */
  readonly problems: readonly Problem[]
  /** Position of the sample's identity in `identities`. */
  label(i: number): number
  /** A copy of the face's pixels. */
  read(i: number): Image8
  close(): void
}

/** The index of a cache folder, or null where there is none that can be read. */
export function readIndex(folder: string): CacheIndex | null {
  try {
    return CacheIndex.parse(JSON.parse(readFileSync(path.join(folder, INDEX), 'utf8')))
  } catch {
    return null
  }
}

/**
 * Opens a cache that `packCache` made; its length is checked, its hash is not (`packCache` does that).
 * @throws UserFacingError 'not-found' where there is none, 'integrity' where its files do not fit each other
 */
export function openFaceCache(folder: string, index: CacheIndex | null = readIndex(folder)): FaceCache {
  if (!index)
    throw new UserFacingError('not-found', `"${folder}" has no cache of faces; let the training make it again.`)
  const bytes = index.size * index.size * 3
  const count = index.samples.length
  const handle = openSync(path.join(folder, index.pixels), 'r')
  if (fstatSync(handle).size !== count * bytes) {
    closeSync(handle)
    throw new UserFacingError('integrity', `The cache of faces in "${folder}" is damaged; delete the folder.`)
  }
  const identities = identitiesOf(index.samples)
  const position = new Map(identities.map((name, i) => [name, i]))
  const labels = Int32Array.from(index.samples, (s) => position.get(s.identity)!)
  const at = (i: number): number => {
    if (!Number.isInteger(i) || i < 0 || i >= count) throw new RangeError(`no face ${i} of ${count}`)
    return i
  }
  return {
    folder,
    count,
    size: index.size,
    sha256: index.sha256,
    fingerprint: index.fingerprint,
    samples: index.samples as readonly Sample[],
    identities,
    problems: index.problems,
    label: (i) => labels[at(i)]!,
    read(i) {
      const data = new Uint8Array(bytes)
      for (let done = 0, from = at(i) * bytes; done < bytes;) {
        const got = readSync(handle, data, done, bytes - done, from + done)
        if (got === 0) throw new UserFacingError('integrity', `The cache of faces in "${folder}" has become shorter.`)
        done += got
      }
      return { width: index.size, height: index.size, data }
    },
    close: () => closeSync(handle),
  }
}
