// A worker thread that makes batches of views as fast as they are asked for.
import { parentPort, workerData } from 'node:worker_threads'
import { openFaceCache } from '../datasets/cache.ts'
import { viewMaker, type FeedPlan } from './viewBatch.ts'

const { plan, first, stride } = workerData as { plan: FeedPlan; first: number; stride: number }
const make = viewMaker(plan, openFaceCache(plan.cache))
let step = first
parentPort!.on('message', (count: number) => {
  for (let i = 0; i < count; i++, step += stride) {
    const batch = make(step)
    parentPort!.postMessage(
      batch,
      [...Object.values(batch.views), ...Object.values(batch.drawn)].map(({ data }) => data.buffer as ArrayBuffer),
    )
  }
})
