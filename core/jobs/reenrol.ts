// Makes templates of the recogniser in use for images that only have another model's; earlier templates stay.
import { sha256 } from '../base/sha256.ts'
import {
  finishItems,
  galleryFace,
  reenrolImages,
  type JobItem,
  type ReenrolInput,
  type SettledItem,
} from '../store/index.ts'
import { crashMessage, fileProblem, lookAt, summary, toOutcome } from './enrol.ts'
import { itemBytes } from './itemBytes.ts'
import type { JobRun } from './queue.ts'
import { runItems } from './runItems.ts'

type Reenrolled =
  { readonly kind: 'outcome'; readonly input: ReenrolInput } | { readonly kind: 'settled'; readonly item: SettledItem }

/** @returns a sentence that sums the job up */
export async function runReenrol(run: JobRun): Promise<string> {
  const { store, worker, jobId, signal, actor } = run
  const unreadable = (item: JobItem, message: string): Reenrolled => ({
    kind: 'settled',
    item: { id: item.id, state: 'unreadable', message },
  })
  await runItems<Reenrolled>({
    store,
    worker,
    jobId,
    signal,
    async work(item) {
      try {
        return await reenrolItem(run, item)
      } catch (error) {
        const message = fileProblem(error)
        if (message === null) throw error
        return unreadable(item, message)
      }
    },
    crashed: (item) => unreadable(item, crashMessage),
    keep: (results) =>
      store.write(actor, () => {
        reenrolImages(
          store,
          actor,
          results.flatMap((result) => (result.kind === 'outcome' ? [result.input] : [])),
        )
        finishItems(
          store,
          actor,
          results.flatMap((result) => (result.kind === 'settled' ? [result.item] : [])),
        )
      }),
    kept: run.changed,
  })
  return summary(run)
}

/** The face stays where it was enrolled; an image in which none was found is looked at again. */
async function reenrolItem(run: JobRun, item: JobItem): Promise<Reenrolled> {
  if (item.source.kind !== 'image') throw new Error(`item ${item.id} names no enrolled image`)
  const { imageId } = item.source
  const bytes = await itemBytes(run.store, item)
  const image = { sha256: sha256(bytes), fileName: item.fileName, read: () => bytes }
  const face = galleryFace(run.store, imageId)
  if (!face) {
    const { outcome } = await lookAt(run, image)
    return { kind: 'outcome', input: { imageId, outcome, jobItemId: item.id } }
  }
  const { box, points } = face
  const { quality, outcome, modelSha256 } = await run.worker.image(
    'embed',
    image,
    { box, points, template: 'gallery' },
    { signal: run.signal },
  )
  return {
    kind: 'outcome',
    input: { imageId, outcome: toOutcome({ box, points, quality, outcome }, modelSha256), jobItemId: item.id },
  }
}
