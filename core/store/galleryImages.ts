// Gallery images: one reference photograph each, unique by hash within its gallery, enrolled in one transaction.
import type { GalleryImage } from '../contract/galleries.ts'
import type { FaceGeometry, GalleryOutcome } from './outcome.ts'
import type { Actor, Store } from './store.ts'

export interface GalleryImageInput {
  readonly galleryId: number
  /** Found by name and external id in the gallery, or made. */
  readonly subject: { readonly name: string; readonly externalId?: string }
  readonly fileName: string
  /** The file, kept as a blob; or the hash of a blob that is there already. */
  readonly content: Uint8Array | { readonly sha256: string }
  /** Pixels of the oriented image. */
  readonly width: number
  readonly height: number
  readonly outcome: GalleryOutcome
  /** Marked done (or duplicate, or insufficient) in the same transaction. */
  readonly jobItemId?: number
}
export interface AddedImage {
  readonly kind: 'added' | 'duplicate'
  /** The image now in the gallery; for a duplicate the earlier one. */
  readonly imageId: number
  readonly subjectId: number
  readonly templateId: number | null
}
/** @throws UserFacingError wrong-model, conflict (archived gallery), not-found, disk-full; nothing is kept then */
export function addGalleryImage(store: Store, actor: Actor, input: GalleryImageInput): AddedImage {
  throw new Error('not yet')
}
/** Many images in one transaction (a few hundred are best), still one audit row each. All or none are kept. */
export function addGalleryImages(store: Store, actor: Actor, inputs: readonly GalleryImageInput[]): AddedImage[] {
  throw new Error('not yet')
}
export interface ReenrolInput {
  readonly imageId: number
  readonly outcome: GalleryOutcome
  readonly jobItemId?: number
}
/** Adds what another (or the same) model makes of enrolled images; earlier templates stay for the versions they stood in. */
export function reenrolImages(store: Store, actor: Actor, inputs: readonly ReenrolInput[]): void {
  throw new Error('not yet')
}
export function listGalleryImages(
  store: Store,
  filter: { galleryId: number; subjectId?: number; offset?: number; limit?: number },
): { total: number; rows: GalleryImage[] } {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found */
export function getGalleryImage(store: Store, id: number): GalleryImage {
  throw new Error('not yet')
}
/** The image with these bytes in this gallery, if it is there: lets an enrolment skip a duplicate before decoding it. */
export function findGalleryImage(store: Store, galleryId: number, sha256: string): GalleryImage | null {
  throw new Error('not yet')
}
/** Face as enrolled: by this model's current outcome, else by the newest of any model; null where none was found. */
export function galleryFace(store: Store, imageId: number, modelSha256?: string): FaceGeometry | null {
  throw new Error('not yet')
}
/** Ids of the images for which this model has said nothing yet. */
export function imagesWithoutOutcome(store: Store, galleryId: number, modelSha256: string): number[] {
  throw new Error('not yet')
}
