// The audit chain: one row per state change, each holding the hash of the one before.
import { z } from 'zod'
import { Id, Page, Sha256, Time } from './common.ts'
import { calls } from './define.ts'

export const AuditRow = z.object({
  sequence: Id,
  time: Time,
  account: z.string(),
  /** Contract call, e.g. probes.update. */
  action: z.string(),
  /** How it was asked for. */
  via: z.string(),
  subject: z.string(),
  parameters: z.string(),
  previousHash: Sha256,
  hash: Sha256,
})
export type AuditRow = z.infer<typeof AuditRow>
export const AuditProblem = z.object({ where: z.string(), message: z.string() })
export const AuditReport = z.object({
  ok: z.boolean(),
  rows: z.number().int(),
  blobs: z.number().int(),
  bytes: z.number().int(),
  head: Sha256,
  problems: z.array(AuditProblem),
  /** What is no problem but should be read: left-over files, the limits of what this proves. */
  notes: z.array(z.string()).optional(),
  ms: z.number(),
})
export type AuditReport = z.infer<typeof AuditReport>

export const auditCalls = calls({
  'audit.list': {
    in: z.object({ text: z.string().max(200).default(''), caseId: Id.optional(), ...Page }),
    out: z.object({ total: z.number().int(), head: Sha256, rows: z.array(AuditRow) }),
  },
  'audit.verify': {
    in: z.object({}),
    out: AuditReport,
    progress: z.object({
      stage: z.enum(['rows', 'records', 'blobs']),
      done: z.number().int(),
      total: z.number().int(),
    }),
  },
})
