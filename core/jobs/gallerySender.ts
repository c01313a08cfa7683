// Hands a gallery's templates to the worker through a file: between processes, messages are too slow for 200 MB.
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import type { WorkerProcess } from './workerProcess.ts'

export interface GallerySource {
  /** Names content that never changes: gallery, version and model. */
  readonly key: string
  load(): { dim: number; templateIds: Uint32Array; subjectIds: Uint32Array; vectors: Float32Array }
}

/**
 * @param process the process to send to; asked anew for every gallery
 * @param scratch folder for files that live for a moment; only this user may read them
 */
export function createGallerySender(
  process: () => WorkerProcess,
  scratch: string,
): {
  /** Two searches that miss the same gallery send it once. */
  send(source: GallerySource, signal?: AbortSignal): Promise<void>
} {
  const sending = new Map<string, Promise<void>>()

  async function sendNow({ key, load }: GallerySource): Promise<void> {
    const file = path.join(scratch, `${randomBytes(12).toString('hex')}.templates`)
    const { dim, templateIds, subjectIds, vectors } = load()
    try {
      await mkdir(scratch, { recursive: true, mode: 0o700 })
      await writeFile(file, vectors, { mode: 0o600, flag: 'wx' })
      await process().ask('gallery', { key, dim, templateIds, subjectIds, file })
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause
      throw new UserFacingError(
        'disk-full',
        'The disk is full: the gallery cannot be handed to the image process. Make room and search again.',
        { cause },
      )
    } finally {
      await rm(file, { force: true })
    }
  }
  return {
    async send(source, signal) {
      let sent = sending.get(source.key)
      if (!sent) {
        sent = sendNow(source).finally(() => sending.delete(source.key))
        sending.set(source.key, sent)
      }
      await sent
      signal?.throwIfAborted()
    },
  }
}
