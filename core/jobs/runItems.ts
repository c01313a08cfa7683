// Works through a job's items, two at a time: keeps what came of them in batches, and survives files that end the worker.
import { UserFacingError } from '../contract/errors.ts'
import { pendingItems, type JobItem, type Store } from '../store/index.ts'
import { isCrash, type WorkerClient } from './workerClient.ts'

export interface ItemsOf<R> {
  readonly store: Store
  readonly worker: Pick<WorkerClient, 'report'>
  readonly jobId: number
  readonly signal: AbortSignal
  /** Looks at one item. Must change nothing: it may run twice. */
  work(item: JobItem, signal: AbortSignal): Promise<R>
  /** What to keep of an item whose file ended the worker twice, the second time alone. */
  crashed(item: JobItem): R
  /** Keeps results and settles their items, in one transaction. */
  keep(results: readonly R[]): void
  /** After every `keep`. */
  kept(): void
}

/** One decodes while the other is in the network. */
const AT_ONCE = 2
const FETCH = 64
/** Results are kept when this many are there, or after this time: what a killed process has to do again. */
const BATCH = 32
const BATCH_MS = 500
/** So many files in a row that end the worker are no accident of the files. */
const CRASHES_IN_A_ROW = 5

/**
 * Runs until no item is pending.
 * @throws the signal's reason when stopped, UserFacingError for what concerns the whole job; what came of finished
 *   items is kept before (as far as no item before them is open)
 */
export async function runItems<R>(job: ItemsOf<R>): Promise<void> {
  const { store, worker, jobId, signal } = job
  let results: R[] = []
  let keptAt = performance.now()
  let inARow = 0
  const flush = (): void => {
    const batch = results
    results = []
    keptAt = performance.now()
    if (batch.length === 0) return
    job.keep(batch)
    job.kept()
  }
  // Of two files with the same bytes the first in the list is to win, not the first to be done: results are kept in
  // the order of their items, whatever order they come in.
  let order: readonly JobItem[] = []
  let next = 0
  const early = new Map<number, R>()
  const finished = ({ id }: JobItem, result: R): void => {
    early.set(id, result)
    for (; next < order.length && early.has(order[next]!.id); next++) {
      results.push(early.get(order[next]!.id)!)
      early.delete(order[next]!.id)
    }
    if (results.length >= BATCH || performance.now() - keptAt >= BATCH_MS) flush()
  }
  /** @returns the items during which the worker ended */
  const together = async (items: readonly JobItem[]): Promise<JobItem[]> => {
    const suspects: JobItem[] = []
    const queue = items.values()
    let failed = false
    const lane = async (): Promise<void> => {
      for (const item of queue) {
        if (failed) return
        try {
          signal.throwIfAborted()
          finished(item, await job.work(item, signal))
          inARow = 0
        } catch (error) {
          if (!isCrash(error)) {
            failed = true
            throw error
          }
          suspects.push(item)
        }
      }
    }
    await allOrFirstError(Array.from({ length: AT_ONCE }, lane))
    return suspects.sort((a, b) => a.id - b.id)
  }
  const alone = async (item: JobItem): Promise<void> => {
    signal.throwIfAborted()
    // A worker that does not even start says nothing about the file.
    await worker.report()
    try {
      finished(item, await job.work(item, signal))
      inARow = 0
    } catch (error) {
      if (!isCrash(error)) throw error
      finished(item, job.crashed(item))
      if (++inARow < CRASHES_IN_A_ROW) return
      inARow = 0
      throw new UserFacingError(
        'unavailable',
        `The image process stopped at ${CRASHES_IN_A_ROW} files in a row; run vestige doctor, then resume the job.`,
      )
    }
  }

  try {
    for (;;) {
      const items = pendingItems(store, jobId, FETCH)
      if (items.length === 0) return
      order = items
      next = 0
      for (const suspect of await together(items)) await alone(suspect)
      flush()
    }
  } finally {
    flush()
  }
}

/** Waits for all, so that nothing runs on behind the caller's back; then throws the first error there was. */
async function allOrFirstError(lanes: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(lanes)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
