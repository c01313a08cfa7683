// The second score: gallery faces shrunk to the probe's native side, embedded by the probe's network, each made once.
import { UserFacingError } from '../contract/errors.ts'
import type { RankedTemplate } from '../jobs/protocol.ts'
import { cosineWith } from '../matching/cosine.ts'
import type { Scored } from '../matching/fuse.ts'
import { addShrunkTemplates, facesOfTemplates, shrunkTemplates, type Actor, type TemplateFace } from '../store/index.ts'
import { original, type Services } from './context.ts'

export interface SecondRequest {
  readonly galleryId: number
  /** Package that made the templates. */
  readonly modelSha256: string
  /** The probe's template, unit length. */
  readonly probe: Float32Array
  /** Native side of the probe. */
  readonly side: number
  /** Best templates by the first score. */
  readonly ranked: readonly RankedTemplate[]
  readonly signal: AbortSignal
  progress?(done: number, total: number): void
}

/** One decodes while the other is in the network. */
const AT_ONCE = 2
/** Made ones are kept in batches: what a cancel or a crash has to do again. */
const BATCH = 64

/**
 * Vectors that are not there yet are made and kept, so that the next search at this side finds them and a replay
 * computes with the same numbers.
 * @throws the signal's reason; UserFacingError 'wrong-model' where another recogniser is in use by now, 'integrity'
 *   where an original was changed
 */
export async function secondScores(services: Services, actor: Actor, request: SecondRequest): Promise<Scored[]> {
  const { store } = services
  const { ranked, side, probe } = request
  const faces = facesOfTemplates(
    store,
    ranked.map(({ templateId }) => templateId),
  )
  await makeMissing(services, actor, request, faces)
  const made = shrunkTemplates(
    store,
    faces.map(({ templateId }) => templateId),
    side,
  )
  return faces.map(({ templateId, subjectId }, k) => ({
    templateId,
    subjectId,
    cosine: ranked[k]!.score,
    second: cosineWith(probe, made.get(templateId)!)(0),
  }))
}

async function makeMissing(
  services: Services,
  actor: Actor,
  { galleryId, modelSha256, side, signal, progress }: SecondRequest,
  faces: readonly TemplateFace[],
): Promise<void> {
  const { store, worker } = services
  const ids = faces.map(({ templateId }) => templateId)
  const there = shrunkTemplates(store, ids, side)
  const missing = faces.filter(({ templateId }) => !there.has(templateId))
  let done = there.size
  let batch: { templateId: number; vector: Float32Array }[] = []
  const keep = (): void => {
    addShrunkTemplates(store, actor, galleryId, side, batch)
    batch = []
  }
  const queue = missing.values()
  let failed = false
  const lane = async (): Promise<void> => {
    for (const { templateId, sha256, fileName, points } of queue) {
      if (failed) return
      try {
        signal.throwIfAborted()
        const face = original(services, sha256, fileName)
        const made = await worker.image('shrunk', face, { points, side }, { signal })
        if (made.modelSha256 !== modelSha256) throw otherModel()
        if (!made.vector) throw noNumbers(fileName, side)
        batch.push({ templateId, vector: made.vector })
        if (batch.length >= BATCH) keep()
        progress?.(++done, faces.length)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane))
  keep()
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

const otherModel = (): UserFacingError =>
  new UserFacingError(
    'wrong-model',
    'Another recogniser is in use than the one whose second score is wanted; put that one in use and try again.',
  )
const noNumbers = (fileName: string, side: number): UserFacingError =>
  new UserFacingError(
    'wrong-model',
    `The recogniser gave no usable numbers for "${fileName}" shrunk to ${side} px; run the self-test of the model package.`,
    { subject: fileName },
  )
