// Galleries: named sets of reference images whose version grows with every change of content.
import type { Gallery } from '../contract/galleries.ts'
import type { Actor, Store } from './store.ts'

/** By name. Counts are those of the active recogniser. */
export function listGalleries(store: Store, filter: { archived: boolean }): Gallery[] {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found */
export function getGallery(store: Store, id: number): Gallery {
  throw new Error('not yet')
}
/** Exact name; archived ones too. */
export function findGallery(store: Store, name: string): Gallery | null {
  throw new Error('not yet')
}
/** @throws UserFacingError conflict where the name is taken */
export function createGallery(
  store: Store,
  actor: Actor,
  input: { name: string; note?: string; demo?: boolean },
): Gallery {
  throw new Error('not yet')
}
export function updateGallery(
  store: Store,
  actor: Actor,
  id: number,
  changes: { name?: string; note?: string },
): Gallery {
  throw new Error('not yet')
}
export function setGalleryArchived(store: Store, actor: Actor, id: number, archived: boolean): Gallery {
  throw new Error('not yet')
}
