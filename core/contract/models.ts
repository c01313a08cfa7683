// Model packages: what runs, what it was made from, what it was measured to do.
import { z } from 'zod'
import { Bytes, FileName, Name, Sha256, Time } from './common.ts'
import { calls } from './define.ts'

export const PixelContract = z.object({
  /** Side of the square input in pixels. */
  size: z.number().int().min(8).max(1024),
  channelOrder: z.enum(['RGB', 'BGR']),
  layout: z.enum(['NCHW', 'NHWC']),
  /** Model input = (pixel 0..255 - mean) / scale, per channel, in the package's channel order. */
  mean: z.tuple([z.number(), z.number(), z.number()]),
  scale: z.tuple([z.number(), z.number(), z.number()]),
  resampler: z.literal('vestige-bilinear-warp-1'),
  /** Five points the face is aligned to, scaled from the 112 px template, or dlib's padded chip. */
  alignment: z.enum(['arcface-112', 'dlib-chip-150']),
})
export type PixelContract = z.infer<typeof PixelContract>

export const ModelRole = z.enum(['recogniser', 'detector'])
export const ModelState = z.enum(['experimental', 'validated', 'retired'])
export const ModelCard = z.object({
  schema: z.literal(1),
  name: Name,
  role: ModelRole,
  version: z.string().max(50),
  state: ModelState,
  description: z.string(),
  network: z.string(),
  /** Parameters and multiply-accumulates, where known. */
  parameters: z.number().int().nullable(),
  macs: z.number().nullable(),
  /** SHA-256 of model.onnx; every template carries it. */
  sha256: Sha256,
  embedding: z.number().int().nullable(),
  pixels: PixelContract.nullable(),
  trainedOn: z.string(),
  recipe: z.string(),
  licence: z.string(),
  source: z.string(),
  /** Face heights in pixels for which measurements exist, or null. */
  validatedFrom: z.number().nullable(),
  measurements: z.array(
    z.object({
      what: z.string(),
      value: z.number(),
      standardError: z.number().nullable(),
      n: z.number().int(),
      resolution: z.string(),
      command: z.string(),
    }),
  ),
  limits: z.array(z.string()),
  /** Embedding of the self-test image: the package is refused where it cannot be reproduced (cosine >= 0.9999). */
  selfTest: z.object({ image: z.literal('pattern-1'), embedding: z.array(z.number()) }).nullable(),
})
export type ModelCard = z.infer<typeof ModelCard>
export const ModelPackage = z.object({
  card: ModelCard,
  active: z.boolean(),
  shipped: z.boolean(),
  importedAt: Time.nullable(),
  bytes: z.number().int(),
  templates: z.number().int(),
})
export type ModelPackage = z.infer<typeof ModelPackage>

export const ModelInspection = z.object({
  fileName: FileName,
  sha256: Sha256,
  inputName: z.string(),
  inputShape: z.array(z.union([z.number(), z.string()])),
  outputName: z.string(),
  embedding: z.number().int(),
  /** What the file itself or its name suggests; the person confirms. */
  guess: PixelContract,
  /** Why each part of the guess was made, one sentence each. */
  reasons: z.array(z.string()),
  operators: z.array(z.string()),
})
export type ModelInspection = z.infer<typeof ModelInspection>

export const modelCalls = calls({
  'models.list': { in: z.object({}), out: z.array(ModelPackage) },
  'models.inspect': { in: z.object({ fileName: FileName, bytes: Bytes }), out: ModelInspection },
  'models.import': {
    in: z.object({
      fileName: FileName,
      bytes: Bytes,
      name: Name,
      pixels: PixelContract,
      licence: z.string().max(200).default('unknown'),
      source: z.string().max(1000).default(''),
    }),
    out: ModelPackage,
  },
  /** Makes a package the one in use for its role; galleries become stale until they are re-enrolled. */
  'models.activate': { in: z.object({ sha256: Sha256 }), out: z.array(ModelPackage) },
  'models.retire': { in: z.object({ sha256: Sha256 }), out: ModelPackage },
  'models.selfTest': {
    in: z.object({ sha256: Sha256 }),
    out: z.object({ cosine: z.number(), ok: z.boolean(), ms: z.number(), device: z.string() }),
  },
})
