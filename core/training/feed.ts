// Batches of views, made in worker threads ahead of the step that needs them, the same whoever makes them.
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { FeedPlan, ViewBatch } from './viewBatch.ts'

export interface Feed {
  /** The batch of a step. Steps are asked for in order, from the first one on. */
  next(): Promise<ViewBatch>
  close(): Promise<void>
}
export interface FeedOptions {
  readonly workers?: number
  /** Batches that each worker makes ahead. */
  readonly ahead?: number
}

/** Source in a checkout, its built twin in the application. */
const entry = path.join(import.meta.dirname, `feedWorker${path.extname(import.meta.filename)}`)

/**
 * @param first step to begin with; worker w makes the steps first + w, first + w + workers, …
 * @throws what a worker threw, at the `next` that needs its batch
 */
export function openFeed(plan: FeedPlan, first: number, { workers = 1, ahead = 3 }: FeedOptions = {}): Feed {
  const ready = new Map<number, ViewBatch>()
  let wake: (() => void) | undefined
  let failure: Error | undefined
  let step = first
  const fail = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(String(error))
    wake?.()
  }
  const crew = Array.from({ length: workers }, (_, w) => {
    const worker = new Worker(entry, {
      workerData: { plan, first: first + w, stride: workers },
    })
    worker.on('message', (batch: ViewBatch) => {
      ready.set(batch.step, batch)
      wake?.()
    })
    worker.on('error', fail)
    worker.on('exit', (code) => {
      if (code !== 0) fail(new Error(`a worker that makes views ended with code ${code}`))
    })
    worker.postMessage(ahead)
    return worker
  })
  return {
    async next() {
      const wanted = step++
      while (!ready.has(wanted)) {
        if (failure) throw failure
        await new Promise<void>((resolve) => (wake = resolve))
        wake = undefined
      }
      const batch = ready.get(wanted)!
      ready.delete(wanted)
      crew[(wanted - first) % workers]!.postMessage(1)
      return batch
    },
    async close() {
      await Promise.all(crew.map((worker) => worker.terminate()))
    },
  }
}
