// Enrols images into a gallery: one item, one face, one template or a recorded reason; never twice the same file.
import { sha256 } from '../base/sha256.ts'
import { toErrorFrame, UserFacingError } from '../contract/errors.ts'
import {
  addGalleryImages,
  findGalleryImage,
  finishItems,
  refuseSynthetic,
  sameFile,
  type GalleryImageInput,
  type GalleryOutcome,
  type JobItem,
  type SettledItem,
} from '../store/index.ts'
import { chooseFace, severalFaces } from './chooseFace.ts'
import { itemBytes } from './itemBytes.ts'
import type { WireFace } from './protocol.ts'
import type { JobRun } from './queue.ts'
import { runItems } from './runItems.ts'
import type { ImageSource } from './workerClient.ts'

/** What came of one item: an image to add, or a reason why there is none. */
export type Enrolled =
  | { readonly kind: 'image'; readonly input: GalleryImageInput }
  | { readonly kind: 'settled'; readonly item: SettledItem }

/** @returns a sentence that sums the job up */
export async function runEnrol(run: JobRun, galleryId: number): Promise<string> {
  const { store, worker, jobId, signal, actor } = run
  await runItems<Enrolled>({
    store,
    worker,
    jobId,
    signal,
    work: (item) => enrolItem(run, galleryId, item),
    crashed: (item) => ({ kind: 'settled', item: { id: item.id, state: 'unreadable', message: crashMessage } }),
    keep: (results) =>
      store.write(actor, () => {
        addGalleryImages(
          store,
          actor,
          results.flatMap((result) => (result.kind === 'image' ? [result.input] : [])),
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

export const crashMessage = 'This file made the image process stop twice; it was left out.'

async function enrolItem(run: JobRun, galleryId: number, item: JobItem): Promise<Enrolled> {
  const settled = (state: SettledItem['state'], message: string, imageId?: number): Enrolled => ({
    kind: 'settled',
    item: { id: item.id, state, message, imageId },
  })
  try {
    const bytes = await itemBytes(run.store, item)
    const hash = sha256(bytes)
    const known = findGalleryImage(run.store, galleryId, hash)
    if (known) return settled('duplicate', sameFile(known, item.subject), known.id)
    refuseSynthetic(run.store, hash, item.fileName)
    const looked = await lookAt(run, { sha256: hash, fileName: item.fileName, read: () => bytes })
    return {
      kind: 'image',
      input: {
        galleryId,
        subject: { name: item.subject, externalId: item.externalId },
        fileName: item.fileName,
        content: item.source.kind === 'blob' ? { sha256: hash } : bytes,
        ...looked,
        jobItemId: item.id,
      },
    }
  } catch (error) {
    const message = fileProblem(error)
    if (message === null) throw error
    return settled('unreadable', message)
  }
}

/** Codes that tell of one file; all others concern the whole job. */
const ABOUT_THE_FILE = new Set(['unreadable-file', 'too-large', 'integrity', 'invalid-input', 'synthetic', 'internal'])
/** The sentence for the list of problems, or null where the error is not the file's. */
export function fileProblem(error: unknown): string | null {
  if (!(error instanceof UserFacingError) || !ABOUT_THE_FILE.has(error.code)) return null
  return error.code === 'internal'
    ? 'This file could not be processed; the log has the details.'
    : toErrorFrame(error).message
}

export interface LookedAt extends Pick<GalleryImageInput, 'width' | 'height' | 'outcome'> {
  /** What the person should know; empty where nothing. */
  readonly note: string
}

/**
 * Finds the subject's face and makes its template. Reference photographs are large: the detector looks at them as they
 * are, and enlarges only where that finds nothing.
 */
export async function lookAt(run: JobRun, image: ImageSource): Promise<LookedAt> {
  const { worker, signal, detection } = run
  const look = (maxEnlargement: 1 | 2 | 4) =>
    worker.image('analyse', image, { options: { ...detection, maxEnlargement }, templates: 'gallery' }, { signal })
  let looked = await look(1)
  if (!looked.faces.some((face) => face.score !== null) && detection.maxEnlargement > 1) {
    const closer = await look(detection.maxEnlargement)
    if (closer.faces.length > 0) looked = closer
  }
  const { facts, faces, modelSha256 } = looked
  const face = chooseFace(faces, facts)
  return {
    width: facts.width,
    height: facts.height,
    outcome: toOutcome(face, modelSha256),
    note: face?.outcome.kind === 'template' ? severalFaces(faces.length) : '',
  }
}

export const noRecogniser = (): UserFacingError =>
  new UserFacingError('unavailable', 'No recogniser is in use; activate one in the list of models.')

/** @param face null where none was found */
export function toOutcome(
  face: Pick<WireFace, 'box' | 'points' | 'quality' | 'outcome'> | null,
  modelSha256: string | null,
): GalleryOutcome {
  if (modelSha256 === null) throw noRecogniser()
  if (!face) return { kind: 'insufficient', modelSha256, reason: 'No face was found in this photograph.', face: null }
  const { box, points, quality, outcome } = face
  if (outcome.kind === 'pending') throw noRecogniser()
  return outcome.kind === 'template'
    ? { kind: 'template', modelSha256, vector: outcome.vector, face: { box, points, quality } }
    : { kind: 'insufficient', modelSha256, reason: outcome.reason, face: { box, points, quality } }
}

const many = (n: number, one: string, more: string): string => `${n} ${n === 1 ? one : more}`

/** e.g. "98 photographs enrolled, 2 there already, 1 insufficient, 1 unreadable." */
export function summary(run: Pick<JobRun, 'job'>): string {
  const { enrolled, duplicates, insufficient, unreadable } = run.job().counts
  const total = enrolled + duplicates + insufficient + unreadable
  if (total > 0 && insufficient === total)
    return `No template could be made of any of the ${many(total, 'photograph', 'photographs')}; nothing in them can be found by a search.`
  const parts = [
    many(enrolled, 'photograph enrolled', 'photographs enrolled'),
    ...(duplicates ? [`${duplicates} there already`] : []),
    ...(insufficient ? [`${insufficient} insufficient`] : []),
    ...(unreadable ? [`${unreadable} unreadable or left out`] : []),
  ]
  return `${parts.join(', ')}.`
}
