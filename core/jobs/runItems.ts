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
 *   items is kept before
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
  const finished = (result: R): void => {
    results.push(result)
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
          finished(await job.work(item, signal))
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
    return suspects
  }
  const alone = async (item: JobItem): Promise<void> => {
    signal.throwIfAborted()
    // A worker that does not even start says nothing about the file.
    await worker.report()
    try {
      finished(await job.work(item, signal))
      inARow = 0
    } catch (error) {
      if (!isCrash(error)) throw error
      finished(job.crashed(item))
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
