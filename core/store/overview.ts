// Questions about the store as a whole: is this the first start, where is the demonstration case.
import type { Store } from './store.ts'

/** True until there is a case or a gallery. */
export const isFirstStart = (store: Store): boolean =>
  store.sql('SELECT 1 FROM cases UNION ALL SELECT 1 FROM galleries LIMIT 1').get() === undefined

/** Newest demonstration case and gallery, where both exist. */
export function findDemo(store: Store): { caseId: number; galleryId: number } | null {
  const newest = (table: string): number | null =>
    store.sql<{ id: number | null }>(`SELECT max(id) AS id FROM ${table} WHERE demo = 1`).get()!.id
  const caseId = newest('cases')
  const galleryId = newest('galleries')
  return caseId === null || galleryId === null ? null : { caseId, galleryId }
}
