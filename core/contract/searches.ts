// Searches: one probe against one gallery, kept as a record that can be replayed.
import { z } from 'zod'
import { Id, Name, Sha256, Time } from './common.ts'
import { calls } from './define.ts'

export const Candidate = z.object({
  rank: z.number().int().min(1),
  subjectId: Id,
  subject: Name,
  externalId: z.string(),
  imageId: Id,
  fileName: z.string(),
  templateId: Id,
  /** What the candidates are ranked by, -1..1: the cosine of the two templates, or the fused score. Not a probability. */
  score: z.number(),
  /**
   * Where a second score was used: the cosine of the two templates, and that of the probe's template with the gallery
   * image shrunk to the probe's native side. Null where the score is the cosine.
   */
  parts: z.object({ cosine: z.number(), second: z.number() }).nullable(),
})
export type Candidate = z.infer<typeof Candidate>

/** How the package in use was declared to make templates and scores, and what of it this search used. */
export const SearchInference = z.object({
  /** SHA-256 of the network that made the probe's template. */
  probeNetwork: Sha256,
  /** SHA-256 of the network that made the gallery's templates. */
  galleryNetwork: Sha256,
  flip: z.boolean(),
  /** As declared by the package: larger probes go through the gallery's network; null where it declares nothing. */
  probe: z.object({ upTo: z.number().int() }).nullable(),
  /** Side in source pixels of the square that became the probe's aligned input; a gallery face is shrunk to it. */
  nativeSide: z.number().int().min(4),
  /** As declared by the package; null where it declares none. */
  second: z
    .object({
      upTo: z.number().int(),
      weight: z.number(),
      used: z.boolean(),
      /** Templates that get a second score at most: the best by the first one. */
      limit: z.number().int(),
      /** Templates that got one; the candidates are among them. */
      compared: z.number().int(),
    })
    .nullable(),
})
export type SearchInference = z.infer<typeof SearchInference>

export const Search = z.object({
  id: Id,
  caseId: Id,
  probeId: Id,
  probeNumber: z.number().int(),
  galleryId: Id,
  gallery: Name,
  galleryVersion: z.number().int(),
  /** Templates that were compared. */
  gallerySize: z.number().int(),
  templateId: Id,
  modelHash: Sha256,
  model: z.string(),
  device: z.string(),
  account: z.string(),
  startedAt: Time,
  endedAt: Time,
  parameters: z.object({
    top: z.number().int(),
    metric: z.literal('cosine'),
    perSubject: z.enum(['best', 'all']),
    probe: z.record(z.string(), z.unknown()),
  }),
  /** Null for searches made before packages declared it: one network, no flip, the score is the cosine. */
  inference: SearchInference.nullable(),
})
export type Search = z.infer<typeof Search>
export const SearchResult = z.object({ search: Search, candidates: z.array(Candidate) })

export const searchCalls = calls({
  'searches.list': { in: z.object({ caseId: Id, probeId: Id.optional() }), out: z.array(Search) },
  'searches.get': { in: z.object({ id: Id }), out: SearchResult },
  'searches.start': {
    in: z.object({
      probeId: Id,
      galleryId: Id,
      top: z.number().int().min(1).max(10_000).default(50),
      perSubject: z.enum(['best', 'all']).default('best'),
    }),
    out: SearchResult,
    progress: z.object({
      /** Templates compared, or gallery faces shrunk to the probe's native side for the second score. */
      stage: z.enum(['comparing', 'second']),
      done: z.number().int(),
      total: z.number().int(),
      /** Best candidates so far. */ candidates: z.array(Candidate),
    }),
  },
  /** Runs the stored search again from its stored template and gallery version. */
  'searches.replay': {
    in: z.object({ id: Id }),
    out: z.object({
      sameRanks: z.boolean(),
      maxScoreDelta: z.number(),
      device: z.string(),
      sameDevice: z.boolean(),
      note: z.string(),
      candidates: z.array(Candidate),
    }),
  },
})
