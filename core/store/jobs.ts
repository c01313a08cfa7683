// Jobs: long work whose progress survives the process. Progress is counted from the items, never from memory.
import { UserFacingError } from '../contract/errors.ts'
import type { Job } from '../contract/jobs.ts'
import { insertItems, notedItems, type JobItemInput, type JobItemState } from './jobItems.ts'
import { found } from './lines.ts'
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
interface Row {
  id: number
  kind: Job['kind']
  title: string
  galleryId: number | null
  parameters: string
  state: Job['state']['kind']
  note: string
  createdAt: string
  endedAt: string | null
}
export const jobSql = `SELECT id, kind, title, gallery_id AS galleryId, parameters, state, note, created_at AS createdAt,
  ended_at AS endedAt FROM jobs`
export const itemCountsSql = 'SELECT state, count(*) AS count FROM job_items WHERE job_id = ? GROUP BY state'
/** Problems shown with a job; the counts have them all. */
const problemLimit = 1000

const rowOf = (store: Store, id: number): Row => found(store.sql<Row>(`${jobSql} WHERE id = ?`).get(id), `job ${id}`)

/** etaSeconds is null: only the running process knows its rate. @throws UserFacingError not-found */
export const getJob = (store: Store, id: number): Job => toJob(store, rowOf(store, id))

/** What createJob was given. @throws UserFacingError not-found */
export const jobParameters = (store: Store, id: number): Record<string, unknown> =>
  JSON.parse(rowOf(store, id).parameters) as Record<string, unknown>

/** Newest first; `active` leaves out those that are done or failed. */
export const listJobs = (store: Store, filter: { active: boolean }): Job[] =>
  store
    .sql<Row>(`${jobSql} ${filter.active ? "WHERE state NOT IN ('done', 'failed')" : ''} ORDER BY id DESC`)
    .all()
    .map((row) => toJob(store, row))

function toJob(store: Store, row: Row): Job {
  const count: Record<JobItemState, number> = { pending: 0, done: 0, duplicate: 0, insufficient: 0, unreadable: 0 }
  for (const line of store.sql<{ state: JobItemState; count: number }>(itemCountsSql).all(row.id))
    count[line.state] = line.count
  const settled = count.done + count.duplicate + count.insufficient + count.unreadable
  // Duplicates and enrolled images have a message only where the person should look at them.
  const problems = (['unreadable', 'insufficient', 'duplicate', 'done'] as const)
    .flatMap((state) => (count[state] === 0 ? [] : notedItems(store, row.id, state, problemLimit)))
    .slice(0, problemLimit)
    .map(({ fileName, message }) => ({ file: fileName, message }))
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    galleryId: row.galleryId,
    state: toState(row, settled, settled + count.pending),
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    etaSeconds: null,
    counts: {
      enrolled: count.done,
      duplicates: count.duplicate,
      insufficient: count.insufficient,
      unreadable: count.unreadable,
    },
    problems,
  }
}

function toState({ state: kind, note }: Row, done: number, total: number): Job['state'] {
  switch (kind) {
    case 'queued':
      return { kind }
    case 'running':
      return { kind, done, total, note: '' }
    case 'cancelling':
      return { kind, done, total }
    case 'paused':
      return { kind, done, total, reason: note }
    case 'done':
      return { kind, summary: note }
    case 'failed':
      return { kind, message: note }
  }
}

export function createJob(store: Store, actor: Actor, input: JobInput): Job {
  const { kind, title, galleryId, parameters = {}, items } = input
  return store.write(actor, (audit) => {
    const { lastInsertRowid } = store
      .sql(
        "INSERT INTO jobs (kind, title, gallery_id, parameters, created_at, created_by, state, note) VALUES (?, ?, ?, ?, ?, ?, 'queued', '')",
      )
      .run(kind, title, galleryId, JSON.stringify(parameters), store.now(), actor.account)
    const id = Number(lastInsertRowid)
    insertItems(store, id, items)
    audit(`job:${id}`, { kind, title, galleryId, items: items.length, state: 'queued' }, [
      `job:${id}`,
      `job-list:${id}`,
    ])
    return getJob(store, id)
  })
}

/**
 * Changes of kind only (queued → running → done …), one audit row each; progress needs no call.
 * @throws UserFacingError not-found, conflict where the job has ended
 */
export function setJobState(store: Store, actor: Actor, id: number, state: StoredJobState): Job {
  return store.write(actor, (audit) => {
    const before = rowOf(store, id)
    if (before.endedAt !== null)
      throw new UserFacingError('conflict', `The job “${before.title}” has ended; start a new one.`, {
        subject: before.title,
      })
    const note =
      'reason' in state ? state.reason : 'summary' in state ? state.summary : 'message' in state ? state.message : ''
    const ended = state.kind === 'done' || state.kind === 'failed'
    store
      .sql('UPDATE jobs SET state = ?, note = ?, ended_at = ? WHERE id = ?')
      .run(state.kind, note, ended ? store.now() : null, id)
    audit(`job:${id}`, { state: state.kind, note }, [`job:${id}`])
    return getJob(store, id)
  })
}

/** At opening: no process works on these any more. Jobs that were queued wait for jobs.resume like the others. */
export function pauseInterruptedJobs(store: Store, actor: Actor): void {
  const reason = 'Vestige ended before this job was done; resume it to go on where it stopped.'
  for (const { id } of store
    .sql<{ id: number }>("SELECT id FROM jobs WHERE state NOT IN ('done', 'failed') AND state <> 'paused'")
    .all())
    setJobState(store, actor, id, { kind: 'paused', reason })
}
