// Decoded images that were used last, so that looking closer at a photograph does not decode it again.
import type { ImportFacts } from '../contract/evidence.ts'
import type { Image8 } from '../images/pixels.ts'

export interface Decoded {
  readonly image: Image8
  readonly facts: ImportFacts
}
export interface ImageCache {
  /**
   * The image of this hash. Asked for twice at once, it is decoded once; a failure is not remembered.
   * @param decode called where it is not there; its own rejection is passed on
   */
  get(sha256: string, decode: () => Promise<Decoded>): Promise<Decoded>
  has(sha256: string): boolean
  /** Bytes of the pixels held. */
  readonly bytes: number
}

/** Least recently used first out; the newest image stays even where it alone is over the limit. @param limit bytes */
export function createImageCache(limit: number): ImageCache {
  // A Map keeps the order of insertion: the first entry is the one not used for longest.
  const entries = new Map<string, { decoded: Promise<Decoded>; bytes: number }>()
  let held = 0
  const drop = (sha256: string): void => {
    held -= entries.get(sha256)?.bytes ?? 0
    entries.delete(sha256)
  }
  return {
    get bytes() {
      return held
    },
    has: (sha256) => entries.has(sha256),
    async get(sha256, decode) {
      const known = entries.get(sha256)
      if (known) {
        entries.delete(sha256)
        entries.set(sha256, known)
        return known.decoded
      }
      const entry = { decoded: decode(), bytes: 0 }
      entries.set(sha256, entry)
      try {
        const decoded = await entry.decoded
        if (entries.get(sha256) !== entry) return decoded
        entry.bytes = decoded.image.data.length
        held += entry.bytes
        for (const oldest of entries.keys()) {
          if (held <= limit || oldest === sha256) break
          drop(oldest)
        }
        return decoded
      } catch (error) {
        if (entries.get(sha256) === entry) entries.delete(sha256)
        throw error
      }
    },
  }
}
