// Probes: faces in evidence, found by the detector or placed by hand, and the facts about their quality.
import { z } from 'zod'
import { Box, FivePoints, Id, Rgba, Sha256, Time } from './common.ts'
import { calls } from './define.ts'

/** One measured component; ISO/IEC 29794-5 asks for components with algorithm and version rather than one score. */
export const QualityComponent = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  algorithm: z.string(),
  version: z.string(),
})
export type QualityComponent = z.infer<typeof QualityComponent>

export const ProbeState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pending') }),
  z.object({ kind: z.literal('template'), templateId: Id }),
  z.object({ kind: z.literal('insufficient'), reason: z.string() }),
])
export const PlacedBy = z.enum(['detector', 'analyst', 'tight-crop'])

export const Probe = z.object({
  id: Id,
  caseId: Id,
  evidenceId: Id,
  /** Running number within the case, as shown. */
  number: z.number().int(),
  label: z.string().max(200),
  box: Box,
  points: FivePoints,
  boxBy: PlacedBy,
  pointsBy: PlacedBy,
  detectorScore: z.number().nullable(),
  quality: z.array(QualityComponent),
  state: ProbeState,
  createdAt: Time,
  retiredAt: Time.nullable(),
})
export type Probe = z.infer<typeof Probe>

export const probeCalls = calls({
  'probes.list': { in: z.object({ caseId: Id }), out: z.array(Probe) },
  /** Runs the detector over one evidence image and keeps every face found; a tight crop becomes a probe as a whole. */
  'probes.detect': {
    in: z.object({ evidenceId: Id }),
    out: z.object({ probes: z.array(Probe), tiles: z.number().int(), ms: z.number() }),
    progress: z.discriminatedUnion('stage', [
      z.object({ stage: z.literal('detecting'), done: z.number().int(), total: z.number().int() }),
      z.object({ stage: z.literal('embedding'), done: z.number().int(), total: z.number().int() }),
    ]),
  },
  'probes.create': {
    in: z.object({ evidenceId: Id, box: Box, points: FivePoints, label: z.string().max(200).default('') }),
    out: Probe,
  },
  /** Moving box or points makes a new template; the old one and the searches made with it stay as they were. */
  'probes.update': {
    in: z.object({ id: Id, box: Box.optional(), points: FivePoints.optional(), label: z.string().max(200).optional() }),
    out: Probe,
  },
  'probes.retire': { in: z.object({ id: Id }), out: Probe },
  'probes.restore': { in: z.object({ id: Id }), out: Probe },
  /**
   * Pixels for the viewer. `native`: the original's pixels around the face, unscaled. `bicubic`: the same region
   * enlarged `scale` times by the Pillow-compatible resampler. `aligned`: what the recogniser saw.
   */
  'probes.view': {
    in: z.object({
      id: Id,
      kind: z.enum(['native', 'bicubic', 'aligned']),
      scale: z.number().int().min(1).max(32).default(1),
      margin: z.number().min(0).max(4).default(0.35),
    }),
    out: Rgba.extend({
      /** Region shown, in pixels of the oriented original. */
      region: Box,
      scale: z.number(),
      /** `aligned` only: the package whose pixel contract was applied. */
      model: z.object({ name: z.string(), sha256: Sha256 }).optional(),
    }),
  },
})
