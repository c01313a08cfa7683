// All templates of a gallery in one array, as they stood at one version of the gallery.
import type { Store } from './store.ts'

export interface GalleryTemplates {
  readonly galleryId: number
  readonly version: number
  readonly modelSha256: string
  readonly dim: number
  readonly count: number
  /** Ascending; the index is the row in `vectors`. */
  readonly templateIds: Uint32Array
  readonly imageIds: Uint32Array
  readonly subjectIds: Uint32Array
  /** count x dim, row by row. */
  readonly vectors: Float32Array
}
/**
 * @param version of the gallery; the current one where absent
 * @throws UserFacingError not-found, wrong-model (no such recogniser)
 */
export function galleryTemplates(
  store: Store,
  galleryId: number,
  modelSha256: string,
  version?: number,
): GalleryTemplates {
  throw new Error('not yet')
}
