// Decoded images that were used last, so that looking closer at a photograph does not decode it again.
import type { ImportFacts } from '../contract/evidence.ts'
import type { Image8 } from '../images/pixels.ts'
import { createPixelCache, type PixelCache } from './pixelCache.ts'

export interface Decoded {
  readonly image: Image8
  readonly facts: ImportFacts
  /** The file says of itself that it is a made-up face. */
  readonly declared: boolean
}
/** By the SHA-256 of the file. */
export type ImageCache = PixelCache<Decoded>

/** @param limit bytes of pixels */
export const createImageCache = (limit: number): ImageCache => createPixelCache(limit, ({ image }) => image.data.length)
