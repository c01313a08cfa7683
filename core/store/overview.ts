// Questions about the store as a whole: is this the first start, where is the demonstration case.
import type { Store } from './store.ts'

/** True until there is a case or a gallery. */
export function isFirstStart(store: Store): boolean {
  throw new Error('not yet')
}
/** Newest demonstration case and gallery, where both exist. */
export function findDemo(store: Store): { caseId: number; galleryId: number } | null {
  throw new Error('not yet')
}
