// Model packages: what runs, what it was made from, what it was measured to do.
import { z } from 'zod'
import { Bytes, FileName, Name, Sha256, Time } from './common.ts'
import { calls } from './define.ts'
import { IdentityMeasure } from './hallucinations.ts'

export const PixelContract = z.object({
  /** Side of the square input in pixels. */
  size: z.number().int().min(8).max(1024),
  channelOrder: z.enum(['RGB', 'BGR']),
  layout: z.enum(['NCHW', 'NHWC']),
  /** Model input = (pixel 0..255 - mean) / scale, per channel, in the package's channel order. */
  mean: z.tuple([z.number(), z.number(), z.number()]),
  scale: z.tuple([z.number(), z.number(), z.number()]),
  /**
   * How source pixels become the aligned square. Both read the original's own pixels and average faces larger than the
   * input; they differ where a face is smaller: two neighbours per axis, or four with Catmull-Rom weights as Pillow's
   * bicubic enlargement, on which networks for small faces are trained. The third is for inputs below 112 px: as the
   * second, but a face larger than the input is aligned at 112 px and shrunk by Pillow's bicubic, as in training.
   */
  resampler: z.enum(['vestige-bilinear-warp-1', 'vestige-bicubic-warp-1', 'vestige-bicubic-shrink-1']),
  /** Five points the face is aligned to, scaled from the 112 px template, or dlib's padded chip. */
  alignment: z.enum(['arcface-112', 'dlib-chip-150']),
})
export type PixelContract = z.infer<typeof PixelContract>

/** How templates and scores are made of the package's networks, where that is more than one run of one network. */
export const Inference = z.object({
  /** A template is unit(f(x) + f(mirrored x)) rather than unit(f(x)). */
  flip: z.boolean(),
  /** gallery.onnx beside model.onnx: another network of the same embedding space makes gallery templates. */
  gallery: z.object({ sha256: Sha256 }).nullable(),
  /**
   * Probes whose native side is at most `upTo` px go through model.onnx, larger ones through gallery.onnx like a gallery
   * image. Null or absent: all through model.onnx. The second score's shrunk faces go through model.onnx in any case.
   */
  probe: z.object({ upTo: z.number().int().min(4).max(1024) }).nullish(),
  /**
   * Second score for probes whose native side is at most `upTo` px: the gallery image's aligned face, shrunk bicubically
   * to the probe's native side and enlarged back, embedded by the probe's network;
   * score = (1 - weight) cos(probe, gallery) + weight cos(probe, shrunk gallery).
   */
  second: z.object({ upTo: z.number().int().min(4).max(1024), weight: z.number().min(0).max(1) }).nullable(),
})
export type Inference = z.infer<typeof Inference>

export const ModelRole = z.enum(['recogniser', 'detector', 'hallucinator'])
export const ModelState = z.enum(['experimental', 'validated', 'retired'])
const Card = z.object({
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
  /** SHA-256 of model.onnx. */
  sha256: Sha256,
  embedding: z.number().int().nullable(),
  pixels: PixelContract.nullable(),
  /** Null or absent: every template is one run of model.onnx, and the score is the cosine of two templates. */
  inference: Inference.nullish(),
  /** Hallucinators alone: what was measured of the faces they make up, and the native sides they were made for. */
  hallucination: z
    .object({
      measures: z.array(IdentityMeasure),
      /** Native sides in pixels, from and to. */
      from: z.number().positive(),
      to: z.number().positive(),
    })
    .nullish(),
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
  /**
   * Embedding of the self-test image by model.onnx, and by gallery.onnx where there is one, each of one run, not
   * normalised: the package is refused where it cannot be reproduced (cosine >= 0.9999).
   */
  selfTest: z
    .object({
      image: z.literal('pattern-1'),
      embedding: z.array(z.number()),
      gallery: z.array(z.number()).optional(),
    })
    .nullable(),
})
export const ModelCard = Card.refine(
  ({ sha256, inference }) => !inference?.probe || ![null, sha256].includes(inference.gallery?.sha256 ?? null),
  { path: ['inference', 'probe'], error: 'it sends large probes to a gallery network, and the package has none' },
)
export type ModelCard = z.infer<typeof ModelCard>
/** Names of the recipes that a card names as files (`vestige-s.json`), in its order, each once. */
export const recipeNames = ({ recipe }: Pick<ModelCard, 'recipe'>): string[] => [
  ...new Set([...recipe.matchAll(/([\w-]+)\.json\b/g)].map(([, name]) => name!)),
]
/** SHA-256 of the network that makes gallery templates. */
export const galleryNetwork = (card: Pick<ModelCard, 'sha256' | 'inference'>): string =>
  card.inference?.gallery?.sha256 ?? card.sha256
/** Which of a package's networks makes the template of a probe of this native side, in pixels. */
export const probeNetwork = (
  inference: Pick<Inference, 'probe'> | null | undefined,
  nativeSide: number,
): 'probe' | 'gallery' => (inference?.probe && nativeSide > inference.probe.upTo ? 'gallery' : 'probe')

export const ModelPackage = z.object({
  card: ModelCard,
  /**
   * Identity of the package: every template carries it, and calls name packages by it. The hash of model.onnx where that
   * network alone makes templates; see packageHash for the others.
   */
  hash: Sha256,
  active: z.boolean(),
  shipped: z.boolean(),
  importedAt: Time.nullable(),
  bytes: z.number().int(),
  templates: z.number().int(),
  /** Folders of run records of the recipes that the card names, below resources/runs, where they ship with Vestige. */
  runs: z.array(z.string()).optional(),
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
      /**
       * Hash of a package whose probe network is kept, while the file makes the gallery's templates. Both must share one
       * embedding space: whoever imports it has to measure that.
       */
      galleryNetworkOf: Sha256.optional(),
    }),
    out: ModelPackage,
  },
  /** Takes over a finished package: its card.json and networks. The networks must answer as the card says. */
  'models.importPackage': {
    in: z.object({ card: Bytes, model: Bytes, gallery: Bytes.nullable() }),
    out: ModelPackage,
  },
  /**
   * Makes a package the one in use for its role (`sha256` is its hash here and below). Galleries become stale until they
   * are re-enrolled, which `reenrol` starts for all of them at once.
   */
  'models.activate': {
    in: z.object({ sha256: Sha256, reenrol: z.boolean().default(false) }),
    out: z.array(ModelPackage),
  },
  /** The person has seen that a better recogniser was installed; it is not offered again. */
  'models.decline': { in: z.object({ sha256: Sha256 }), out: z.object({}) },
  'models.retire': { in: z.object({ sha256: Sha256 }), out: ModelPackage },
  'models.selfTest': {
    in: z.object({ sha256: Sha256 }),
    out: z.object({
      /** Of the probe's network; the lower one where the package has two. */
      cosine: z.number(),
      ok: z.boolean(),
      ms: z.number(),
      device: z.string(),
      /** Networks that were asked: 1, or 2 for a pair. */
      networks: z.number().int(),
    }),
  },
})
