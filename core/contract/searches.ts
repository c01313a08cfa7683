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
  /** Cosine of the two templates, -1..1. Not a probability. */
  score: z.number(),
})
export type Candidate = z.infer<typeof Candidate>

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
