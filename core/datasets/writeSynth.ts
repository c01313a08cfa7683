// Writes synth-24 as a dataset: `train/p01/p01_0001.png` … `test/p24/p24_0016.png`; all of it or nothing.
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import { encodePng } from '../images/encode.ts'
import { PEOPLE, PER_PERSON, synth24 } from './synth.ts'

export interface SynthOptions {
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}
export interface SynthWritten {
  readonly folder: string
  readonly seed: number
  readonly people: number
  readonly train: number
  readonly test: number
}

/**
 * @param folder is made; it may exist where it is empty
 * @throws UserFacingError 'conflict' where it is not empty, 'forbidden' or 'disk-full' where it cannot be written; the
 * signal's reason where it aborts. Nothing is left then.
 */
export async function writeSynth24(folder: string, seed: number, options: SynthOptions = {}): Promise<SynthWritten> {
  const target = path.resolve(folder)
  await refuseFull(target, folder)
  const draft = `${target}.${process.pid}.tmp`
  try {
    const counts = await writeFaces(draft, seed, options)
    await rmdir(target).catch(() => {})
    await rename(draft, target)
    return { folder: target, seed, people: PEOPLE, ...counts }
  } catch (cause) {
    await rm(draft, { recursive: true, force: true }).catch(() => {})
    throw explained(cause, folder)
  }
}

async function refuseFull(target: string, folder: string): Promise<void> {
  const names = await readdir(target).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []
    throw new UserFacingError('conflict', `"${folder}" is no folder that can be written to; name a new one.`, { cause })
  })
  if (names.length > 0)
    throw new UserFacingError('conflict', `"${folder}" is not empty; name a new folder, so that nothing is mixed.`, {
      subject: folder,
    })
}

async function writeFaces(root: string, seed: number, { onProgress, signal }: SynthOptions) {
  const counts = { train: 0, test: 0 }
  for (const { identity, number, part, image } of synth24(seed)) {
    signal?.throwIfAborted()
    const place = path.join(root, part, identity)
    await mkdir(place, { recursive: true })
    await writeFile(path.join(place, `${identity}_${String(number).padStart(4, '0')}.png`), await encodePng(image))
    counts[part]++
    onProgress?.(counts.train + counts.test, PEOPLE * PER_PERSON)
  }
  return counts
}

function explained(cause: unknown, folder: string): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC')
    return new UserFacingError('disk-full', `The disk is full: "${folder}" was not made.`, { cause })
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
    ? new UserFacingError('forbidden', `"${folder}" may not be written; name a folder of your own.`, { cause })
    : cause
}
