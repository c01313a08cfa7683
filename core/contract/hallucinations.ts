// Hallucinated faces: what a network makes up for a probe. Never evidence, never a probe, never a gallery image.
import { z } from 'zod'
import { Box, Bytes, FileName, Id, Name, Rgba, Sha256, Time } from './common.ts'
import { calls } from './define.ts'

/** What was measured of a hallucinator at the face size nearest to the probe's. */
export const IdentityMeasure = z.object({
  /** Native side of the measured faces in pixels. */
  resolution: z.number().int(),
  faces: z.number().int(),
  /** Share of faces whose hallucination was nearer to another person of the set than to the true one, 0..1. */
  nearerToOther: z.number().min(0).max(1),
  /** The same of bicubic enlargement. */
  bicubicNearerToOther: z.number().min(0).max(1),
  /** Root mean square difference of a made-up and the true face, in 8-bit steps. */
  error: z.number().min(0),
  /** Recogniser that said whose face it is. */
  judge: z.string().max(200),
  /** Mean cosine of the hallucination's and the true face's templates; of bicubic's and the true face's. */
  cosine: z.number(),
  bicubicCosine: z.number(),
})
export type IdentityMeasure = z.infer<typeof IdentityMeasure>

export const Hallucination = z.object({
  id: Id,
  caseId: Id,
  probeId: Id,
  probeNumber: z.number().int(),
  /** Package hash and name of the network. */
  modelHash: Sha256,
  model: Name,
  seed: z.number().int().min(0).max(4_294_967_295),
  /** How many faces were made up. */
  samples: z.number().int().min(1),
  /** Side in source pixels of the square that became the network's input. */
  nativeSide: z.number().int(),
  /** Side of one made-up face in pixels, before it is enlarged for storage and screen. */
  size: z.number().int(),
  /** Mean standard deviation of a pixel over the samples, in 8-bit steps. */
  spread: z.number().min(0),
  measure: IdentityMeasure.nullable(),
  device: z.string(),
  account: z.string(),
  createdAt: Time,
  ms: z.number(),
})
export type Hallucination = z.infer<typeof Hallucination>

/**
 * `mean`: the average of the samples; `sample`: one of them; `spread`: where they differ; `landmarks`, `parsing`: what the
 * network took the face for, drawn over the mean. All of these are marked. `native` and `bicubic` are the probe's own
 * pixels over the same square, unmarked.
 */
export const HallucinationPart = z.enum(['mean', 'sample', 'spread', 'landmarks', 'parsing', 'native', 'bicubic'])
export type HallucinationPart = z.infer<typeof HallucinationPart>

export const hallucinationCalls = calls({
  'hallucinations.list': { in: z.object({ caseId: Id, probeId: Id.optional() }), out: z.array(Hallucination) },
  /** Makes up faces for a probe and keeps them in quarantine. */
  'hallucinations.create': {
    in: z.object({
      probeId: Id,
      /** Package of the hallucinator; without it the one in use. */
      model: Sha256.optional(),
      samples: z.number().int().min(4).max(16).default(8),
      seed: z.number().int().min(0).max(4_294_967_295).default(1),
    }),
    out: Hallucination,
    /** Faces made up, then pictures of them drawn and marked: counted together. */
    progress: z.object({ done: z.number().int(), total: z.number().int() }),
  },
  /** Pixels for the screen; marked but for the probe's own. */
  'hallucinations.view': {
    in: z.object({ id: Id, part: HallucinationPart, index: z.number().int().min(0).max(63).default(0) }),
    out: Rgba.extend({
      /** Region of the oriented original that the square covers. */
      region: Box,
    }),
  },
  /** The marked PNG of one part, with its metadata. */
  'hallucinations.export': {
    in: z.object({
      id: Id,
      part: HallucinationPart.exclude(['native', 'bicubic']),
      index: z.number().int().min(0).max(63).default(0),
    }),
    out: z.object({ fileName: FileName, png: Bytes }),
  },
  /** Takes a hallucination and its pictures away; the audit trail keeps that it was made. */
  'hallucinations.discard': { in: z.object({ id: Id }), out: z.object({}) },
})
