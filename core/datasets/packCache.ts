// Fills the decoding cache in the background, and takes the one that is there where it still fits the dataset.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import type { Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { INDEX, openFaceCache, readIndex, type CacheIndex, type FaceCache } from './cache.ts'
import type { Dataset, Problem, Sample } from './types.ts'

export interface PackOptions {
  /** Side in pixels; faces of another side are resized (bicubic). Default 112. */
  readonly size?: number
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
  /** Faces decoded at a time. Default 2. */
  readonly concurrency?: number
}

/** SHA-256 over names, identities, sizes and times: the same as long as the dataset is what it was. */
export async function fingerprint(dataset: Dataset): Promise<string> {
  const hash = createHash('sha256')
  const { samples } = dataset
  for (let from = 0; from < samples.length; from += 64) {
    const part = samples.slice(from, from + 64)
    const stamps = await Promise.all(part.map((_, k) => dataset.stamp(from + k)))
    for (const [k, s] of part.entries())
      hash.update(`${JSON.stringify([s.name, s.identity, s.index, s.split, s.camera, s.distance, stamps[k]])}\n`)
  }
  return hash.digest('hex')
}

/**
 * Packs the dataset into `folder` (made where needed) unless the cache there was made of the same files at the same
 * size and its hash is right. A face that cannot be decoded is left out and listed in the cache's `problems`.
 * Interrupted or failed, nothing of it remains.
 * @throws UserFacingError where no face can be decoded, or 'disk-full'; the signal's reason where it aborts
 */
export async function packCache(dataset: Dataset, folder: string, options: PackOptions = {}): Promise<FaceCache> {
  const size = options.size ?? 112
  const print = await fingerprint(dataset)
  const known = readIndex(folder)
  if (known?.fingerprint === print && known.size === size && (await intact(folder, known)))
    return openFaceCache(folder, known)
  await mkdir(folder, { recursive: true })
  await removeStale(folder)
  const draft = path.join(folder, `.${process.pid}-${Date.now()}.tmp`)
  try {
    const packed = await writePixels(dataset, draft, size, options)
    const pixels = `pixels-${packed.sha256.slice(0, 16)}.rgb`
    const index: CacheIndex = { version: 1, size, fingerprint: print, pixels, ...packed }
    await rename(draft, path.join(folder, pixels))
    await writeFile(draft, JSON.stringify(index), { flush: true })
    // This rename is the moment at which the new cache counts.
    await rename(draft, path.join(folder, INDEX))
    if (known && known.pixels !== pixels) await rm(path.join(folder, known.pixels), { force: true }).catch(() => {})
    return openFaceCache(folder, index)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {})
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new UserFacingError('disk-full', `The disk is full: the faces could not be unpacked into "${folder}".`, {
        cause,
      })
    throw cause
  }
}

async function intact(folder: string, index: CacheIndex): Promise<boolean> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path.join(folder, index.pixels), { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer)
  } catch {
    return false
  }
  return hash.digest('hex') === index.sha256
}

/** Drafts that a killed process left behind; a younger one may be another process's work. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name)
    if (!/^\.\d+-\d+\.tmp$/.test(name)) continue
    const age = Date.now() - ((await stat(file).catch(() => null))?.mtimeMs ?? Date.now())
    if (age > 3_600_000) await rm(file, { force: true }).catch(() => {})
  }
}

type Packed = Pick<CacheIndex, 'samples' | 'problems' | 'sha256'>

async function writePixels(dataset: Dataset, file: string, size: number, options: PackOptions): Promise<Packed> {
  const handle = await open(file, 'wx')
  try {
    const packed = await decodeAll(dataset, handle, size, options)
    await handle.sync()
    return packed
  } finally {
    await handle.close()
  }
}

/** Decodes a few at a time and writes them in the dataset's order. */
async function decodeAll(dataset: Dataset, to: FileHandle, size: number, options: PackOptions): Promise<Packed> {
  const { onProgress, signal, concurrency = 2 } = options
  const samples: Sample[] = []
  const problems: Problem[] = [...dataset.problems]
  const hash = createHash('sha256')
  const total = dataset.samples.length
  const one = async (i: number): Promise<Image8 | Problem> => {
    try {
      const image = await dataset.decode(i)
      return image.width === size ? image : resize(image, size, size, 'bicubic')
    } catch (cause) {
      if (!(cause instanceof UserFacingError)) throw cause
      return { name: dataset.samples[i]!.name, reason: cause.message }
    }
  }
  const ahead: Promise<Image8 | Problem>[] = []
  for (let i = 0, next = 0; i < total; i++) {
    signal?.throwIfAborted()
    for (; next < total && ahead.length < concurrency; next++) {
      const decoding = one(next)
      decoding.catch(() => {}) // awaited below, in order; not "unhandled" meanwhile
      ahead.push(decoding)
    }
    const found = await ahead.shift()!
    if ('reason' in found) problems.push(found)
    else {
      await writeAll(to, found.data)
      hash.update(found.data)
      samples.push(dataset.samples[i]!)
    }
    onProgress?.(i + 1, total)
  }
  if (samples.length === 0)
    throw new UserFacingError('unreadable-file', `No face of "${dataset.root}" can be read: ${problems[0]!.reason}`, {
      subject: dataset.root,
    })
  return { samples, problems, sha256: hash.digest('hex') }
}

async function writeAll(to: FileHandle, data: Uint8Array): Promise<void> {
  for (let done = 0; done < data.length;) done += (await to.write(data, done, data.length - done)).bytesWritten
}
