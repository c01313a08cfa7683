// Cases: the folder that evidence, probes and searches belong to.
import { z } from 'zod'
import { Id, Name, Note, Time } from './common.ts'
import { calls } from './define.ts'

export const Case = z.object({
  id: Id,
  name: Name,
  reference: z.string().max(200),
  note: Note,
  /** Why this search is allowed (warrant, order, consent); empty means that none was recorded. */
  authorisation: z.string().max(2000),
  demo: z.boolean(),
  createdAt: Time,
  archivedAt: Time.nullable(),
  evidenceCount: z.number().int(),
  probeCount: z.number().int(),
  searchCount: z.number().int(),
})
export type Case = z.infer<typeof Case>
const fields = { name: Name, reference: z.string().max(200), note: Note, authorisation: z.string().max(2000) }

export const caseCalls = calls({
  'cases.list': { in: z.object({ archived: z.boolean().default(false) }), out: z.array(Case) },
  'cases.get': { in: z.object({ id: Id }), out: Case },
  'cases.create': {
    in: z.object({
      name: Name,
      reference: fields.reference.default(''),
      note: Note.default(''),
      authorisation: fields.authorisation.default(''),
    }),
    out: Case,
  },
  'cases.update': { in: z.object({ id: Id, ...z.object(fields).partial().shape }), out: Case },
  'cases.archive': { in: z.object({ id: Id }), out: Case },
  'cases.restore': { in: z.object({ id: Id }), out: Case },
})
