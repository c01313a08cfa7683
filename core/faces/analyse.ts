// From an image to its faces, each with points, quality and a template or the reason why there is none.
import type { Box, FivePoints } from '../contract/common.ts'
import type { QualityComponent } from '../contract/probes.ts'
import type { Image8 } from '../images/pixels.ts'
import { measureQuality } from '../images/quality.ts'
import type { Detector } from './detect.ts'
import type { FaceRecogniser, Outcome } from './embed.ts'
import { tightCrop, type PlacedFace } from './tightCrop.ts'

export interface Face extends PlacedFace {
  quality: QualityComponent[]
  /** null where no recogniser was given. */
  outcome: Outcome | null
}

export interface AnalyseOptions {
  detector: Detector
  recogniser: FaceRecogniser | null
  maxEnlargement?: 1 | 2 | 4
  threshold?: number
  signal?: AbortSignal
  progress?: (now: { stage: 'detecting' | 'embedding'; done: number; total: number }) => void
}

/**
 * Least score of a face that is offered. Of 360 small faces 341 are found at 0.5 with 12 false alarms, 332 with 11 at
 * 0.6, 347 with 30 at 0.3 (docs/measurements.md): a false alarm costs a glance, a lost face may cost the case.
 */
export const THRESHOLD = 0.5

/** Pose is read from the five points: points that nobody saw, of a crop taken to be aligned, say nothing about it. */
const POSE: readonly string[] = ['yaw', 'pitch', 'roll']

/** Quality facts of one face, in the image's own pixels. */
export function measureFace(
  image: Image8,
  box: Box,
  points: FivePoints,
  pointsBy: PlacedFace['pointsBy'] | 'analyst' = 'analyst',
): QualityComponent[] {
  const all = measureQuality(image, box, points)
  return pointsBy === 'tight-crop' ? all.filter(({ name }) => !POSE.includes(name)) : all
}

/**
 * Every face of an image, strongest first. A picture that is little more than a face becomes one face in any case:
 * with the detector's points where it sees one, with those of an aligned crop otherwise.
 * @throws the signal's reason when cancelled
 */
export async function analyse(image: Image8, options: AnalyseOptions): Promise<Face[]> {
  const { detector, recogniser, maxEnlargement = 4, threshold = THRESHOLD, signal, progress } = options
  const found = await detector.detect(image, {
    maxEnlargement,
    threshold,
    ...(signal ? { signal } : {}),
    progress: (done, total) => progress?.({ stage: 'detecting', done, total }),
  })
  const tight = tightCrop(image, found)
  const faces = tight ? [tight] : found.map((face) => ({ ...face, boxBy: 'detector', pointsBy: 'detector' }) as const)
  const outcomes = await recogniser?.embedMany(image, faces, {
    ...(signal ? { signal } : {}),
    progress: (done, total) => progress?.({ stage: 'embedding', done, total }),
  })
  return faces.map((face, k) => ({
    ...face,
    quality: measureFace(image, face.box, face.points, face.pointsBy),
    outcome: outcomes?.[k] ?? null,
  }))
}
