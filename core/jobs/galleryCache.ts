// Galleries that the worker holds in memory for searching: read from a file, checked, and kept while there is room.
import { open } from 'node:fs/promises'
import { UserFacingError } from '../contract/errors.ts'
import { checkGallery, type GalleryMatrix } from '../matching/gallery.ts'
import type { PlainCalls } from './protocol.ts'

export interface GalleryCache {
  /** @throws UserFacingError 'integrity' where the file is not what was announced; nothing is kept then */
  read(announced: PlainCalls['gallery']['in']): Promise<void>
  /** The gallery, or undefined where it has to be sent (again). */
  get(key: string): GalleryMatrix | undefined
}

/** Least recently used first out; the newest stays even where it alone is over the limit. @param limit bytes */
export function createGalleryCache(limit: number): GalleryCache {
  const held = new Map<string, GalleryMatrix>()
  return {
    async read({ key, dim, templateIds, subjectIds, file }) {
      const count = templateIds.length
      const vectors = new Float32Array(count * dim)
      await fill(vectors, file)
      const gallery = { dim, count, templateIds, subjectIds, vectors }
      checkGallery(gallery)
      held.delete(key)
      held.set(key, gallery)
      let bytes = 0
      for (const each of held.values()) bytes += each.vectors.byteLength
      for (const [oldest, each] of held) {
        if (bytes <= limit || oldest === key) break
        bytes -= each.vectors.byteLength
        held.delete(oldest)
      }
    },
    get(key) {
      const gallery = held.get(key)
      if (gallery) {
        held.delete(key)
        held.set(key, gallery)
      }
      return gallery
    },
  }
}

/** Reads a file into an array that it must fill exactly. */
async function fill(vectors: Float32Array, file: string): Promise<void> {
  const bytes = new Uint8Array(vectors.buffer)
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size !== bytes.length)
      throw new UserFacingError('integrity', 'The gallery’s templates were not handed over whole; search again.')
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(2 ** 26, bytes.length - at))
      if (bytesRead === 0)
        throw new UserFacingError('integrity', 'The gallery’s templates were cut short; search again.')
      at += bytesRead
    }
  } finally {
    await handle.close()
  }
}
