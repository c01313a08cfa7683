// A recipe is data: which views of a face, which networks, which losses, in which phases, with which optimiser.
import { z } from 'zod'

const Probability = z.number().min(0).max(1)
const Name = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]*$/)
/** A model or head, or the weights of a model whose names begin so: `student`, `student/embed`. */
const Group = z.string().regex(/^[a-zA-Z][\w-]*(\/[\w-]+)*$/)
const Triple = z.tuple([z.number(), z.number(), z.number()])

/** Sizes that a view is shrunk to: weighted sizes, or a continuous range whose density falls as size^-power. */
export const Resolutions = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('choices'),
    choices: z.array(z.strictObject({ r: z.number().int().min(4).max(1024), p: Probability })).min(1),
  }),
  z.strictObject({
    kind: z.literal('range'),
    from: z.number().int().min(4),
    to: z.number().int().max(1024),
    power: z.number().min(0).max(3).default(1),
    fullSize: Probability.default(0),
  }),
])
export type Resolutions = z.infer<typeof Resolutions>

export const ViewSpec = z.strictObject({
  name: Name,
  size: z.number().int().min(8).max(512),
  /**
   * Side at which a face is degraded before it is shrunk, where that is not `size`: a network that takes 16 px is shown
   * faces that had 6 to 24 px, whose blur and noise came about at 112.
   */
  from: z.number().int().min(8).max(512).optional(),
  /** 'paired': all paired views of one sample are flipped together. */
  flip: z.enum(['paired', 'independent', 'none']),
  degrade: z.enum(['none', 'surveillance']).default('none'),
  /** Share of faces that are only shrunk: no blur, noise or JPEG is drawn for them. */
  clean: Probability.default(0),
  resolutions: Resolutions.optional(),
  /** Interpolation on the way down and back up. */
  down: z.enum(['bicubic', 'bilinear']).default('bicubic'),
  up: z.enum(['bicubic', 'bilinear']).default('bicubic'),
})
export type ViewSpec = z.infer<typeof ViewSpec>

export const OptimiserSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sgd'),
    momentum: Probability.default(0.9),
    nesterov: z.boolean().default(false),
    decay: z.number().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal('adam'),
    beta1: Probability.default(0.9),
    beta2: Probability.default(0.999),
    epsilon: z.number().positive().default(1e-8),
    decay: z.number().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal('rmsprop'),
    alpha: Probability.default(0.99),
    epsilon: z.number().positive().default(1e-8),
    decay: z.number().min(0).default(0),
  }),
])
export type OptimiserSpec = z.infer<typeof OptimiserSpec>

const warmup = z.number().int().min(0).default(0)
export const Schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), init: z.number().positive(), warmup }),
  z.strictObject({
    kind: z.literal('steps'),
    init: z.number().positive(),
    at: z.array(z.number().int().min(1)),
    factor: z.number().positive().default(0.1),
    warmup,
  }),
  z.strictObject({
    kind: z.literal('cosine'),
    init: z.number().positive(),
    final: z.number().min(0).default(0),
    warmup,
  }),
])
export type Schedule = z.infer<typeof Schedule>

/** Beginnings of names, such as `embed`, of weights that the file does not give: they begin as those of a new network. */
const except = z.array(Group).default([])
/** Where a network's first weights come from. */
export const Initial = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('random') }),
  /** Initialisers of an ONNX file, by position; the file is named on the command line under this role. */
  z.strictObject({ from: z.literal('onnx'), role: Name, except }),
  /** The result of an earlier phase or run, or a shipped package's weights. */
  z.strictObject({ from: z.literal('package'), role: Name, except }),
])
export type Initial = z.infer<typeof Initial>

/** Network input = (pixel 0..255 - mean) / scale per channel, RGB. */
const Pixels = z.strictObject({ mean: Triple, scale: Triple })
/** Of one model, where they differ from the recipe's. */
const pixels = Pixels.optional()

export const ModelSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('network'),
    network: Name,
    config: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
    initial: Initial.default({ from: 'random' }),
    pixels,
  }),
  /** A finished ONNX network that is only asked, never trained. */
  z.strictObject({
    kind: z.literal('onnx'),
    role: Name,
    /** Its tap `embedding` becomes the unit-length sum of a face's and its mirror image's. */
    mirrored: z.boolean().default(false),
    /**
     * Its maps' channels are brought to mean 0 and deviation 1, both estimated once on 2,000 of the run's faces (all, if
     * there are fewer): features of a diffusion model have uneven scales.
     */
    standardise: z.boolean().optional(),
    pixels,
  }),
])
export type ModelSpec = z.infer<typeof ModelSpec>

/**
 * A class head: cosines between an embedding and one learned direction per identity, [embedding, classes]; or 'linear',
 * their plain product, for which neither margin nor scale counts.
 */
export const HeadSpec = z.strictObject({
  embedding: z.number().int().positive(),
  margin: z.enum(['arcface', 'cosface', 'none', 'linear']),
  s: z.number().positive(),
  m: z.number().min(0),
})
export type HeadSpec = z.infer<typeof HeadSpec>

/** Embeddings of all the run's faces, made once by a finished network: what `retrieval` looks a face up in. */
export const BankSpec = z.strictObject({
  /** A tap of an `onnx` model on a view that shows faces as they are, e.g. `teacher(hr).embedding`. */
  of: z.string(),
})
export type BankSpec = z.infer<typeof BankSpec>

/**
 * How a face is changed before all of its views are made, so that there are more faces than photographs. Standard
 * deviations; a teacher that is asked about a changed face is asked each time.
 */
export const AugmentSpec = z.strictObject({
  /** Pixels of a face of 112. */
  shift: z.number().min(0).max(20).default(0),
  /** Degrees. */
  turn: z.number().min(0).max(45).default(0),
  /** Of the natural logarithm of the size. */
  scale: z.number().min(0).max(0.5).default(0),
  /** Of the natural logarithm of the contrast, and of each channel's own. */
  contrast: z.number().min(0).max(1).default(0),
  colour: z.number().min(0).max(1).default(0),
  /** 8-bit steps. */
  brightness: z.number().min(0).max(100).default(0),
  /** Share of faces that another one is blended into, with a weight of 0.2 to 0.5. */
  mix: Probability.default(0),
})
export type AugmentSpec = z.infer<typeof AugmentSpec>

/** What the landmarks of a face are drawn as: heatmaps of peak 1, and a map of its parts. */
export const PriorSpec = z.strictObject({
  /** Cells a side. */
  grid: z.number().int().min(4).max(224),
  /** Of the heatmaps' Gaussians, in cells. */
  sigma: z.number().positive().max(20).default(1),
})
export type PriorSpec = z.infer<typeof PriorSpec>

export const LossTerm = z.strictObject({
  id: Name,
  weight: z.number(),
  fn: Name,
  /** Tap paths such as `student(lr).embedding` or `head(student(lr).embedding)`; numbers and words are options. */
  args: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
})
export type LossTerm = z.infer<typeof LossTerm>

const Step = z.strictObject({ train: z.array(Group).min(1), terms: z.array(LossTerm).min(1) })
export const Phase = z.strictObject({
  name: Name,
  epochs: z.number().positive(),
  batch: z.number().int().min(1).max(4096),
  /** Alternating inner steps; each moves its own groups. */
  steps: z.array(Step).min(1),
  optimiser: OptimiserSpec,
  rate: Schedule,
  clip: z.number().positive().optional(),
  ema: z.strictObject({ decay: z.number().min(0).max(1) }).optional(),
  /** 'train': batch statistics; 'frozen': running statistics, not updated. */
  batchNorm: z.enum(['train', 'frozen']).default('train'),
})
export type Phase = z.infer<typeof Phase>

export const Result = z.union([
  z.strictObject({ model: Name, tap: Name.default('embedding') }),
  /** Outputs by name: tap paths such as `generator(coarse(lr).image).image`; those of a list are added up. */
  z.strictObject({ taps: z.record(Name, z.union([z.string(), z.array(z.string()).min(1).max(8)])) }),
])
export type Result = z.infer<typeof Result>

export const Recipe = z.strictObject({
  schema: z.literal(1),
  name: z.string().min(1),
  description: z.string(),
  /** The published row this stands for, e.g. "Table A-I, row 5". */
  source: z.string(),
  seed: z.number().int(),
  views: z.array(ViewSpec).min(1),
  models: z.record(Name, ModelSpec),
  heads: z.record(Name, HeadSpec).default({}),
  banks: z.record(Name, BankSpec).default({}),
  augment: AugmentSpec.optional(),
  /** Needed by terms that name `view.landmarks` or `view.parsing`; the landmarks are found once, by a finished network. */
  priors: PriorSpec.optional(),
  phases: z.array(Phase).min(1),
  /** Network input = (pixel 0..255 - mean) / scale per channel, RGB: part of every model that the recipe makes. */
  pixels: Pixels.default({ mean: [127.5, 127.5, 127.5], scale: [127.5, 127.5, 127.5] }),
  /** What becomes the package: a model's tap, or taps of networks one behind another. */
  result: Result,
  /**
   * What stays the same for as long as a phase lasts is computed once and kept on disk, in these numbers: finished
   * networks' maps, and what the untrained part of a network makes of a view that is the same each time. Absent: it is
   * computed for every step.
   */
  remember: z.enum(['float32', 'float16']).optional(),
})
export type Recipe = z.infer<typeof Recipe>
