// Sends a gallery's templates to the worker in parts, so that neither process stands still meanwhile.
import type { WorkerProcess } from './workerProcess.ts'

export interface GallerySource {
  /** Names content that never changes: gallery, version and model. */
  readonly key: string
  load(): { dim: number; templateIds: Uint32Array; subjectIds: Uint32Array; vectors: Float32Array }
}
/** Values per message: 8 MiB. */
const PART = 2 ** 21

/** @param process the process to send to; asked anew for every gallery */
export function createGallerySender(process: () => WorkerProcess): {
  /** Two searches that miss the same gallery send it once. */
  send(source: GallerySource, signal?: AbortSignal): Promise<void>
} {
  const sending = new Map<string, Promise<void>>()

  async function sendAll({ key, load }: GallerySource): Promise<void> {
    const target = process()
    const { dim, templateIds, subjectIds, vectors } = load()
    await target.ask('galleryBegin', { key, dim, templateIds, subjectIds })
    // A slice, because a view would be cloned with all of the memory behind it.
    for (let offset = 0; offset < vectors.length; offset += PART)
      await target.ask('galleryPart', { key, offset, values: vectors.slice(offset, offset + PART) })
    await target.ask('galleryEnd', { key })
  }
  return {
    async send(source, signal) {
      let sent = sending.get(source.key)
      if (!sent) {
        sent = sendAll(source).finally(() => sending.delete(source.key))
        sending.set(source.key, sent)
      }
      await sent
      signal?.throwIfAborted()
    },
  }
}
