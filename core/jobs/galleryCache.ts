// Galleries that the worker holds in memory for searching; parts arrive one by one, then the whole is checked.
import { UserFacingError } from '../contract/errors.ts'
import { checkGallery, type GalleryMatrix } from '../matching/gallery.ts'

export interface GalleryCache {
  begin(key: string, dim: number, templateIds: Uint32Array, subjectIds: Uint32Array): void
  part(key: string, offset: number, values: Float32Array): void
  end(key: string): void
  /** A complete gallery, or undefined where it has to be sent (again). */
  get(key: string): GalleryMatrix | undefined
}

/** Least recently used first out; the newest stays even where it alone is over the limit. @param limit bytes */
export function createGalleryCache(limit: number): GalleryCache {
  const arriving = new Map<string, GalleryMatrix>()
  const ready = new Map<string, GalleryMatrix>()
  const expected = (key: string): GalleryMatrix => {
    const gallery = arriving.get(key)
    if (!gallery) throw new UserFacingError('internal', 'A part of a gallery arrived before its beginning.')
    return gallery
  }
  return {
    begin(key, dim, templateIds, subjectIds) {
      const count = templateIds.length
      arriving.set(key, { dim, count, templateIds, subjectIds, vectors: new Float32Array(count * dim) })
    },
    part(key, offset, values) {
      expected(key).vectors.set(values, offset)
    },
    end(key) {
      const gallery = expected(key)
      arriving.delete(key)
      checkGallery(gallery)
      ready.delete(key)
      ready.set(key, gallery)
      let held = 0
      for (const { vectors } of ready.values()) held += vectors.byteLength
      for (const [oldest, { vectors }] of ready) {
        if (held <= limit || oldest === key) break
        held -= vectors.byteLength
        ready.delete(oldest)
      }
    },
    get(key) {
      const gallery = ready.get(key)
      if (gallery) {
        ready.delete(key)
        ready.set(key, gallery)
      }
      return gallery
    },
  }
}
