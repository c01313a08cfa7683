// Comparisons of models: how each recogniser package ranks one gallery for the same probe. A look, never a search record.
import { z } from 'zod'
import { FileName, Id, Name, Sha256, Time } from './common.ts'
import { calls } from './define.ts'

/** Persistence of the rank-biased overlap: at 0.9 the first ten places have 86 % of the weight. */
export const RBO_P = 0.9
/** Packages in one comparison, at most. */
export const MOST_PACKAGES = 8

export const ComparedPackage = z.object({
  /** Hash of the package. */
  hash: Sha256,
  name: Name,
  version: z.string(),
  /** The recogniser in use. */
  active: z.boolean(),
  /** SHA-256 of the network that made the probe's template. */
  probeNetwork: Sha256,
  /** Side in source pixels of the square that this package sees of the probe. */
  nativeSide: z.number().int(),
  /** The package's second score, where this probe got it; `compared` templates had one. */
  second: z.object({ weight: z.number(), compared: z.number().int() }).nullable(),
  /** Templates of the gallery that were compared. */
  templates: z.number().int(),
  /** Places that are known; candidates behind them have none. */
  depth: z.number().int(),
  /** Why it ranks nothing, one sentence; null where it does. */
  problem: z.string().nullable(),
})
export type ComparedPackage = z.infer<typeof ComparedPackage>

/** One package's word on one candidate. Scores of two packages have different scales: only ranks may be compared. */
export const ComparedPlace = z.object({
  rank: z.number().int().min(1),
  score: z.number(),
  imageId: Id,
  fileName: FileName,
})
export const ComparedCandidate = z.object({
  subjectId: Id,
  subject: Name,
  externalId: z.string(),
  /** The image of the package that ranks the candidate best. */
  imageId: Id,
  fileName: FileName,
  /** Of the ranks; a package that does not name the candidate counts with the place behind its last. */
  median: z.number(),
  mean: z.number(),
  /** One per package, in their order; null where the package does not name the candidate, or ranks nothing. */
  places: z.array(ComparedPlace.nullable()),
})
export type ComparedCandidate = z.infer<typeof ComparedCandidate>

export const Agreement = z.object({
  /** Who stands first, and in how many packages: the most often named one first. `packages` are places in the list. */
  first: z.array(z.object({ subject: Name, fileName: FileName, packages: z.array(z.number().int()) })),
  /** Of the packages two by two; `a` and `b` are places in the list of packages. */
  pairs: z.array(
    z.object({
      a: z.number().int(),
      b: z.number().int(),
      jaccard: z.number(),
      rbo: z.number(),
      tau: z.number().nullable(),
    }),
  ),
  /** Means over the pairs; null where there is no pair, or none for which it is defined. */
  jaccard: z.number().nullable(),
  rbo: z.number().nullable(),
  tau: z.number().nullable(),
})
export type Agreement = z.infer<typeof Agreement>

export const Comparison = z.object({
  caseId: Id,
  probeId: Id,
  probeNumber: z.number().int(),
  galleryId: Id,
  gallery: Name,
  galleryVersion: z.number().int(),
  /** Places that count for the agreement, and whose candidates are listed. */
  top: z.number().int(),
  /** 'best': candidates are subjects, each by its best image. 'all': every image stands for itself. */
  perSubject: z.enum(['best', 'all']),
  packages: z.array(ComparedPackage),
  /** Whatever one of the packages has among its first `top` places, by median rank. */
  candidates: z.array(ComparedCandidate),
  agreement: Agreement,
  device: z.string(),
  comparedAt: Time,
})
export type Comparison = z.infer<typeof Comparison>

/** What a comparison would have to do first. */
export const ComparisonPlan = z.object({
  /** Enrolled faces of the gallery. */
  references: z.number().int(),
  packages: z.array(
    z.object({
      hash: Sha256,
      name: Name,
      active: z.boolean(),
      /** Templates of the gallery that are there: enrolled, or made by an earlier comparison. */
      there: z.number().int(),
      /** Faces that this package has to embed first. */
      missing: z.number().int(),
      /** At most so many shrunk faces for its second score; it depends on the ranking. */
      shrunk: z.number().int(),
      /** Why it can rank nothing. */
      problem: z.string().nullable(),
    }),
  ),
  /** Probes that would be compared. */
  probes: z.number().int(),
  /** About how long it takes on this machine; null where nothing could be timed. */
  seconds: z.number().nullable(),
})
export type ComparisonPlan = z.infer<typeof ComparisonPlan>

const Wish = {
  galleryId: Id,
  /** Hashes; absent: every recogniser that is not retired, the first eight. */
  packages: z.array(Sha256).min(1).max(MOST_PACKAGES).optional(),
}
const Depth = {
  top: z.number().int().min(1).max(100).default(10),
  perSubject: z.enum(['best', 'all']).default('best'),
}
const Progress = z.object({
  /** Making templates of the gallery, shrinking its faces for a second score, ranking. */
  stage: z.enum(['references', 'shrunk', 'ranking']),
  done: z.number().int(),
  total: z.number().int(),
  /** Probes that are done, of how many. */
  probes: z.object({ done: z.number().int(), total: z.number().int() }),
  /** Left of this stage, from how fast it goes; null while unknown. */
  etaSeconds: z.number().nullable(),
  /** One that has just been finished. */
  comparison: Comparison.nullable(),
})
export type ComparisonProgress = z.infer<typeof Progress>

export const comparisonCalls = calls({
  /** What comparing one probe, or without one all of the case, would cost. Changes nothing. */
  'comparisons.plan': { in: z.object({ caseId: Id, probeId: Id.optional(), ...Wish }), out: ComparisonPlan },
  /**
   * Ranks the gallery by each package, and notes in the audit chain that somebody looked. Templates of the gallery that a
   * package lacks are made and kept apart from the enrolled ones: the gallery, its version and its staleness stay.
   */
  'comparisons.start': { in: z.object({ probeId: Id, ...Wish, ...Depth }), out: Comparison, progress: Progress },
  /** The same for every probe of the case that is in use and has a template; stopped, what is finished stays noted. */
  'comparisons.startCase': {
    in: z.object({ caseId: Id, ...Wish, ...Depth }),
    out: z.array(Comparison),
    progress: Progress,
  },
})
