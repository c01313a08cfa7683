// Items of jobs: each is settled once, in the transaction that stores what came of it.
import { UserFacingError } from '../contract/errors.ts'
import type { Actor, Store } from './store.ts'

/** Where one item's bytes are: a file, a blob handed over by a browser, or an enrolled image (re-enrolment). */
export type JobItemSource =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'blob'; readonly sha256: string }
  | { readonly kind: 'image'; readonly imageId: number }
export interface JobItemInput {
  readonly source: JobItemSource
  /** As shown in lists of problems. */
  readonly fileName: string
  readonly subject: string
  readonly externalId?: string | undefined
}
export type JobItemState = 'pending' | 'done' | 'duplicate' | 'insufficient' | 'unreadable'
export interface JobItem extends JobItemInput {
  readonly id: number
  readonly jobId: number
  readonly externalId: string
  readonly state: JobItemState
  readonly message: string
  readonly imageId: number | null
}
interface Row {
  id: number
  jobId: number
  path: string | null
  sha256: string | null
  sourceImageId: number | null
  fileName: string
  subject: string
  externalId: string
  state: JobItemState
  message: string
  imageId: number | null
}
export const itemsSql = `SELECT id, job_id AS jobId, path, sha256, source_image_id AS sourceImageId, file_name AS fileName,
  subject, external_id AS externalId, state, message, image_id AS imageId FROM job_items
  WHERE job_id = ? AND state = ? ORDER BY id LIMIT ?`

const notedSql = itemsSql.replace('ORDER BY', "AND message <> '' ORDER BY")

function toItem({ path, sha256, sourceImageId, ...rest }: Row): JobItem {
  const source: JobItemSource =
    path !== null
      ? { kind: 'path', path }
      : sha256 !== null
        ? { kind: 'blob', sha256 }
        : { kind: 'image', imageId: sourceImageId! }
  return { ...rest, source }
}

/** Items of a job in one state, in their order. */
export const listItems = (store: Store, jobId: number, state: JobItemState, limit: number): JobItem[] =>
  store.sql<Row>(itemsSql).all(jobId, state, limit).map(toItem)

/** Those of which something is to be said. */
export const notedItems = (store: Store, jobId: number, state: JobItemState, limit: number): JobItem[] =>
  store.sql<Row>(notedSql).all(jobId, state, limit).map(toItem)

/** What is still to be done, in order. */
export const pendingItems = (store: Store, jobId: number, limit: number): JobItem[] =>
  listItems(store, jobId, 'pending', limit)

/** Within a write that seals the job's list. */
export function insertItems(store: Store, jobId: number, items: readonly JobItemInput[]): void {
  const insert = store.sql(
    "INSERT INTO job_items (job_id, path, sha256, source_image_id, file_name, subject, external_id, state, message) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', '')",
  )
  for (const { source, fileName, subject, externalId = '' } of items)
    insert.run(
      jobId,
      source.kind === 'path' ? source.path : null,
      source.kind === 'blob' ? source.sha256 : null,
      source.kind === 'image' ? source.imageId : null,
      fileName,
      subject,
      externalId,
    )
}

/**
 * Within a write. @returns the record to seal; none without an item
 * @throws UserFacingError conflict where the item is settled already: it would count twice
 */
export function settleItem(
  store: Store,
  itemId: number | undefined,
  state: Exclude<JobItemState, 'pending'>,
  message: string,
  imageId: number | null,
): string[] {
  if (itemId === undefined) return []
  const { changes } = store
    .sql("UPDATE job_items SET state = ?, message = ?, image_id = ? WHERE id = ? AND state = 'pending'")
    .run(state, message, imageId, itemId)
  if (changes !== 1)
    throw new UserFacingError(
      'conflict',
      `Item ${itemId} of a job is settled already, or there is no such item; nothing was changed.`,
    )
  return [`job-item:${itemId}`]
}

export interface SettledItem {
  readonly id: number
  readonly state: Exclude<JobItemState, 'pending'>
  readonly message?: string | undefined
  readonly imageId?: number | undefined
}
/** For items that add no image: unreadable files, duplicates seen before decoding. One audit row each, one transaction. */
export function finishItems(store: Store, actor: Actor, items: readonly SettledItem[]): void {
  if (items.length === 0) return
  store.write(actor, (audit) => {
    for (const { id, state, message = '', imageId } of items)
      audit(`job-item:${id}`, { state, message, imageId }, settleItem(store, id, state, message, imageId ?? null))
  })
}
