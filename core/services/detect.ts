// Detection over one piece of evidence: every face found becomes a probe, once.
import type { Evidence } from '../contract/evidence.ts'
import type { Probe } from '../contract/probes.ts'
import type { DetectionOptions, FaceOutcome, WireFace } from '../jobs/protocol.ts'
import type { WorkerOptions } from '../jobs/workerClient.ts'
import {
  addProbe,
  getSettings,
  listProbesOfEvidence,
  setEvidenceDetected,
  type Actor,
  type ProbeOutcome,
  type Store,
} from '../store/index.ts'
import { original, type Services } from './context.ts'
import { overlap } from './faceRegion.ts'

/** A face that overlaps a known probe by more than this is that probe, also where the analyst moved or retired it. */
const SAME_FACE = 0.5

export const detectionOptions = ({ store }: Pick<Services, 'store'>): DetectionOptions => {
  const { detectorMaxEnlargement, detectorThreshold } = getSettings(store)
  return { maxEnlargement: detectorMaxEnlargement, threshold: detectorThreshold }
}

/** What the store keeps of what the worker made of a face. */
export const toProbeOutcome = (outcome: FaceOutcome, modelSha256: string | null): ProbeOutcome =>
  outcome.kind === 'template' && modelSha256 !== null
    ? { kind: 'template', modelSha256, vector: outcome.vector }
    : outcome.kind === 'insufficient'
      ? outcome
      : { kind: 'pending' }

/** @returns the probes of this evidence that are in use afterwards, the tiles looked at, and the time taken */
export async function detectProbes(
  services: Services,
  actor: Actor,
  evidence: Evidence,
  options: WorkerOptions,
): Promise<{ probes: Probe[]; tiles: number; ms: number }> {
  const { store, worker } = services
  const start = performance.now()
  const detection = detectionOptions(services)
  const { faces, tiles, modelSha256 } = await worker.image(
    'analyse',
    original(services, evidence.sha256, evidence.name),
    { options: detection, templates: 'probe' },
    options,
  )
  const detector = worker.state.kind === 'ready' ? worker.state.report.detector : null
  store.write(actor, () => {
    const known = listProbesOfEvidence(store, evidence.id)
    const fresh = faces.filter((face) => !known.some((probe) => overlap(probe.box, face.box) > SAME_FACE))
    for (const face of fresh) addFace(store, actor, evidence.id, face, modelSha256)
    setEvidenceDetected(store, actor, evidence.id, {
      detector: detector?.sha256 ?? null,
      ...detection,
      tiles,
      faces: faces.length,
      added: fresh.length,
    })
  })
  const probes = listProbesOfEvidence(store, evidence.id).filter((probe) => probe.retiredAt === null)
  return { probes, tiles, ms: performance.now() - start }
}

/** A found face as a probe. */
export const addFace = (
  store: Store,
  actor: Actor,
  evidenceId: number,
  { box, points, boxBy, pointsBy, score, quality, outcome }: WireFace,
  modelSha256: string | null,
): Probe =>
  addProbe(store, actor, {
    evidenceId,
    box,
    points,
    boxBy,
    pointsBy,
    detectorScore: score,
    quality,
    outcome: toProbeOutcome(outcome, modelSha256),
  })
