// The detector and the recogniser that are in use, opened from their files, and what they make of an image.
import type { Box, FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { ModelCard } from '../contract/models.ts'
import { analyse, measureFace } from '../faces/analyse.ts'
import { createDetector, type Detector } from '../faces/detect.ts'
import { createPair, type PackageRecogniser } from '../faces/pair.ts'
import { alignFace } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import { deviceReport } from '../runtime/device.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import { openHallucinators, type Hallucinators } from './hallucinators.ts'
import { createPixelCache } from './pixelCache.ts'
import type { Configuration, DetectionOptions, LoadedModel, TemplateOf, WireFace, WorkerReport } from './protocol.ts'
import type { CallTools } from './workerServe.ts'

export interface OpenModels {
  readonly report: WorkerReport
  /** Package of the open recogniser. */
  readonly recogniser: Pick<LoadedModel, 'card' | 'hash'> | null
  analyse(
    image: Image8,
    options: DetectionOptions,
    templates: TemplateOf,
    tools: CallTools,
  ): Promise<{ faces: WireFace[]; tiles: number; modelSha256: string | null }>
  embed(
    image: Image8,
    box: Box,
    points: FivePoints,
    template: TemplateOf,
  ): Promise<Pick<WireFace, 'quality' | 'outcome'> & { modelSha256: string | null }>
  /** @param image its hash, and the way to its pixels, which are asked for only where its aligned face is not held */
  shrunk(
    image: { readonly sha256: string; pixels(): Promise<Image8> },
    points: FivePoints,
    side: number,
  ): Promise<{ vector: Float32Array | null; modelSha256: string }>
  hallucinate: Hallucinators['hallucinate']
  release(): Promise<void>
}

interface Opened<T> {
  readonly tool: T
  readonly sessions: readonly OnnxSession[]
  readonly model: LoadedModel
}

const MIB = 2 ** 20
/** Aligned faces of gallery images, for the next probe of another size: some 5,000 of 112 px. */
const ALIGNED_BYTES = 192 * MIB

/** Opens both models; one that cannot be opened is reported, and the rest still works. */
export async function openModels(configuration: Configuration): Promise<OpenModels> {
  const { threads, detector, recogniser, hallucinators, cpuOnly } = configuration
  const problems = [...configuration.problems]
  const device = await deviceReport(threads, cpuOnly ? { skip: ['cuda', 'dml', 'coreml', 'webgpu'] } : {})
  const attempt = async <T>(
    model: LoadedModel | null,
    make: (networks: { probe: OnnxSession; gallery: OnnxSession | null }, card: ModelCard) => T,
  ): Promise<Opened<T> | null> => {
    if (!model) return null
    const sessions: OnnxSession[] = []
    const open = async (bytes: Uint8Array): Promise<OnnxSession> => {
      const session = await openSession(bytes, { threads, providers: [device.provider] })
      sessions.push(session)
      return session
    }
    try {
      const probe = await open(model.model)
      const gallery = model.gallery && (await open(model.gallery))
      return { tool: make({ probe, gallery }, model.card), sessions, model }
    } catch (error) {
      for (const session of sessions) await session.release()
      problems.push(`${model.card.name} cannot be used: ${error instanceof Error ? error.message : String(error)}`)
      return null
    }
  }
  const found = await attempt<Detector>(detector, ({ probe }) => createDetector(probe))
  const known = await attempt<PackageRecogniser>(recogniser, createPair)
  const made = openHallucinators(hallucinators, { threads, provider: device.provider })
  const aligned = createPixelCache<Image8>(ALIGNED_BYTES, (face) => face.data.length)
  const named = (opened: Opened<unknown> | null): WorkerReport['detector'] =>
    opened && { name: opened.model.card.name, sha256: opened.model.hash, provider: opened.sessions[0]!.provider }
  const modelSha256 = known?.model.hash ?? null

  return {
    report: { device, detector: named(found), recogniser: named(known), problems },
    recogniser: known?.model ?? null,
    async analyse(image, { maxEnlargement, threshold }, templates, { signal, progress }) {
      if (!found) throw unavailable('face detector', problems)
      let tiles = 0
      const faces = await analyse(image, {
        detector: found.tool,
        recogniser: known?.tool[templates] ?? null,
        maxEnlargement,
        threshold,
        signal,
        progress(now) {
          if (now.stage === 'detecting') tiles = now.total
          progress(now)
        },
      })
      const sent = faces.map((face): WireFace => ({ ...face, outcome: face.outcome ?? { kind: 'pending' } }))
      return { faces: sent, tiles, modelSha256 }
    },
    async embed(image, box, points, template) {
      const quality = measureFace(image, box, points)
      const outcome = known ? await known.tool[template].embed(image, box, points) : { kind: 'pending' as const }
      return { quality, outcome, modelSha256 }
    },
    async shrunk({ sha256, pixels }, points, side) {
      if (!known) throw unavailable('recogniser', problems)
      const key = `${sha256} ${JSON.stringify(points)}`
      const face = await aligned.get(key, async () => alignFace(await pixels(), points, known.tool.probe.pixels))
      const [vector = null] = await known.tool.galleryAt([face], side)
      return { vector, modelSha256: known.model.hash }
    },
    hallucinate: made.hallucinate,
    async release() {
      await made.release()
      for (const session of [...(found?.sessions ?? []), ...(known?.sessions ?? [])]) await session.release()
    },
  }
}

const unavailable = (what: string, problems: readonly string[]): UserFacingError =>
  new UserFacingError(
    'unavailable',
    `No ${what} is in use${problems[0] ? `: ${problems[0]}` : ''}. See the list of models.`,
  )
