// The enrolled faces of a gallery as each package of a comparison sees them: what is there, and what has to be made first.
import type { WantedTemplate } from '../jobs/protocol.ts'
import {
  addComparisonTemplates,
  faceOf,
  referenceFaces,
  referenceVectors,
  type Actor,
  type ComparisonTemplateInput,
  type ReferenceFace,
  type Store,
} from '../store/index.ts'
import { networksOf } from './comparedModels.ts'
import { original, type Services } from './context.ts'

/** A face, and which templates of it are to be made. */
export interface FaceWork {
  readonly face: ReferenceFace
  readonly wanted: readonly WantedTemplate[]
}
interface MakeOptions {
  readonly galleryId: number
  readonly signal: AbortSignal
  /** Templates made so far. */
  progress?(done: number): void
}

/** One decodes while the other is in the network. */
const AT_ONCE = 2
/** Made ones are kept in batches: what a cancel or a crash has to do again. */
const BATCH = 64

const isMissing = ({ templateId, comparedId, without }: ReferenceFace): boolean =>
  templateId === null && comparedId === null && !without

/** Of every face the templates that some of the packages lack, each photograph once. */
export function missingReferences(store: Store, galleryId: number, hashes: readonly string[]): FaceWork[] {
  const work = new Map<string, { face: ReferenceFace; wanted: WantedTemplate[] }>()
  for (const model of hashes)
    for (const face of referenceFaces(store, galleryId, model).filter(isMissing)) {
      // Two packages may have enrolled the same photograph at different places.
      const key = `${face.imageId} ${face.face}`
      const known = work.get(key) ?? { face, wanted: [] }
      known.wanted.push({ model, as: 'gallery' })
      work.set(key, known)
    }
  return [...work.values()]
}

/** Makes templates of gallery faces and keeps them apart from the enrolled ones. @throws the signal's reason; as the worker */
export async function makeTemplates(
  services: Services,
  actor: Actor,
  work: readonly FaceWork[],
  { galleryId, signal, progress }: MakeOptions,
): Promise<void> {
  const { store, worker } = services
  const load = networksOf(services)
  let made: ComparisonTemplateInput[] = []
  let done = 0
  const keep = (): void => {
    const batch = made
    made = []
    addComparisonTemplates(store, actor, `gallery:${galleryId}`, batch)
  }
  const queue = work.values()
  let failed = false
  const lane = async (): Promise<void> => {
    for (const { face, wanted } of queue) {
      if (failed) return
      try {
        signal.throwIfAborted()
        const { box, points } = faceOf(face)
        const image = original(services, face.sha256, face.fileName)
        const outcomes = await worker.templates(image, { box, points, wanted }, load, { signal })
        for (const [k, { model, as }] of wanted.entries()) {
          const outcome = outcomes[k]!
          if (outcome.kind === 'pending') continue
          made.push({
            of: { imageId: face.imageId },
            model,
            points,
            side: typeof as === 'number' ? as : 0,
            made: outcome.kind === 'template' ? outcome.vector : outcome.reason,
          })
        }
        if (made.length >= BATCH) keep()
        progress?.((done += wanted.length))
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

/** The faces of which a package has a template, as a search takes them; rows are named by their gallery image. */
export function referenceMatrix(
  store: Store,
  faces: readonly ReferenceFace[],
  dim: number,
): { dim: number; templateIds: Uint32Array; subjectIds: Uint32Array; vectors: Float32Array } {
  return {
    dim,
    templateIds: Uint32Array.from(faces, ({ imageId }) => imageId),
    subjectIds: Uint32Array.from(faces, ({ subjectId }) => subjectId),
    vectors: referenceVectors(store, faces, dim),
  }
}
