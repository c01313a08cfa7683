// The detector and the recogniser that are in use, opened from their files, and what they make of an image.
import type { Box, FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { ModelCard } from '../contract/models.ts'
import { analyse, measureFace } from '../faces/analyse.ts'
import { createDetector, type Detector } from '../faces/detect.ts'
import { createRecogniser, type Recogniser } from '../faces/embed.ts'
import type { Image8 } from '../images/pixels.ts'
import { deviceReport } from '../runtime/device.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import type { Configuration, DetectionOptions, LoadedModel, WireFace, WorkerReport } from './protocol.ts'
import type { CallTools } from './workerServe.ts'

export interface OpenModels {
  readonly report: WorkerReport
  /** Card of the open recogniser. */
  readonly recogniser: ModelCard | null
  analyse(
    image: Image8,
    options: DetectionOptions,
    tools: CallTools,
  ): Promise<{ faces: WireFace[]; tiles: number; modelSha256: string | null }>
  embed(
    image: Image8,
    box: Box,
    points: FivePoints,
  ): Promise<Pick<WireFace, 'quality' | 'outcome'> & { modelSha256: string | null }>
  release(): Promise<void>
}

interface Opened<T> {
  readonly tool: T
  readonly session: OnnxSession
  readonly card: ModelCard
}

/** Opens both models; one that cannot be opened is reported, and the rest still works. */
export async function openModels(configuration: Configuration): Promise<OpenModels> {
  const { threads, detector, recogniser, cpuOnly } = configuration
  const problems = [...configuration.problems]
  const device = await deviceReport(threads, cpuOnly ? { skip: ['cuda', 'dml', 'coreml', 'webgpu'] } : {})
  const attempt = async <T>(
    model: LoadedModel | null,
    make: (session: OnnxSession, card: ModelCard) => T,
  ): Promise<Opened<T> | null> => {
    if (!model) return null
    let session: OnnxSession | undefined
    try {
      session = await openSession(model.model, { threads, providers: [device.provider] })
      return { tool: make(session, model.card), session, card: model.card }
    } catch (error) {
      await session?.release()
      problems.push(`${model.card.name} cannot be used: ${error instanceof Error ? error.message : String(error)}`)
      return null
    }
  }
  const found = await attempt<Detector>(detector, (session) => createDetector(session))
  const known = await attempt<Recogniser>(recogniser, (session, card) => createRecogniser(session, card))
  const named = (opened: Opened<unknown> | null): WorkerReport['detector'] =>
    opened && { name: opened.card.name, sha256: opened.card.sha256, provider: opened.session.provider }

  return {
    report: { device, detector: named(found), recogniser: named(known), problems },
    recogniser: known?.card ?? null,
    async analyse(image, { maxEnlargement, threshold }, { signal, progress }) {
      if (!found) throw unavailable('face detector', problems)
      let tiles = 0
      const faces = await analyse(image, {
        detector: found.tool,
        recogniser: known?.tool ?? null,
        maxEnlargement,
        threshold,
        signal,
        progress(now) {
          if (now.stage === 'detecting') tiles = now.total
          progress(now)
        },
      })
      const sent = faces.map((face): WireFace => ({ ...face, outcome: face.outcome ?? { kind: 'pending' } }))
      return { faces: sent, tiles, modelSha256: known?.card.sha256 ?? null }
    },
    async embed(image, box, points) {
      const quality = measureFace(image, box, points)
      const outcome = known ? await known.tool.embed(image, box, points) : { kind: 'pending' as const }
      return { quality, outcome, modelSha256: known?.card.sha256 ?? null }
    },
    async release() {
      await found?.session.release()
      await known?.session.release()
    },
  }
}

const unavailable = (what: string, problems: readonly string[]): UserFacingError =>
  new UserFacingError(
    'unavailable',
    `No ${what} is in use${problems[0] ? `: ${problems[0]}` : ''}. See the list of models.`,
  )
