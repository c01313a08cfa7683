// Jobs: long work whose progress survives the process. Progress counts come from the items, never from memory.
import type { Job } from '../contract/jobs.ts'
import type { Actor, Store } from './store.ts'

/** What is kept of a job's state; done and total are counted from its items. */
export type StoredJobState =
  | { readonly kind: 'queued' | 'running' | 'cancelling' }
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'done'; readonly summary: string }
  | { readonly kind: 'failed'; readonly message: string }

export interface JobInput {
  readonly kind: Job['kind']
  readonly title: string
  readonly galleryId: number | null
  /** What the job needs to go on after a restart; JSON. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly items: readonly JobItemInput[]
}
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
  readonly externalId?: string
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

export function createJob(store: Store, actor: Actor, input: JobInput): Job {
  throw new Error('not yet')
}
/** etaSeconds is null: only the running process knows its rate. @throws UserFacingError not-found */
export function getJob(store: Store, id: number): Job {
  throw new Error('not yet')
}
export function jobParameters(store: Store, id: number): Record<string, unknown> {
  throw new Error('not yet')
}
/** Newest first; `active` leaves out those that are done or failed. */
export function listJobs(store: Store, filter: { active: boolean }): Job[] {
  throw new Error('not yet')
}
/** Changes of kind only (queued → running → done …), one audit row each. @throws UserFacingError not-found, conflict (ended) */
export function setJobState(store: Store, actor: Actor, id: number, state: StoredJobState): Job {
  throw new Error('not yet')
}
/** Pending items in order. */
export function pendingItems(store: Store, jobId: number, limit: number): JobItem[] {
  throw new Error('not yet')
}
/** For items that add no image: unreadable files, duplicates seen before decoding. One audit row each, one transaction. */
export function finishItems(
  store: Store,
  actor: Actor,
  items: readonly {
    readonly id: number
    readonly state: Exclude<JobItemState, 'pending'>
    readonly message?: string
    readonly imageId?: number
  }[],
): void {
  throw new Error('not yet')
}
