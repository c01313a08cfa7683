// Subjects: the persons a gallery holds, unique by name and external id within it.
import type { Subject } from '../contract/galleries.ts'
import type { Actor, Store } from './store.ts'

export function listSubjects(
  store: Store,
  filter: { galleryId: number; text?: string; offset?: number; limit?: number },
): { total: number; rows: Subject[] } {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found */
export function getSubject(store: Store, id: number): Subject {
  throw new Error('not yet')
}
export function updateSubject(
  store: Store,
  actor: Actor,
  id: number,
  changes: { name?: string; externalId?: string; note?: string },
): Subject {
  throw new Error('not yet')
}
