// Jobs: long work that can be watched, cancelled and resumed after a crash.
import { z } from 'zod'
import { Id, Time } from './common.ts'
import { calls } from './define.ts'

export const JobState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('queued') }),
  z.object({ kind: z.literal('running'), done: z.number().int(), total: z.number().int(), note: z.string() }),
  z.object({ kind: z.literal('cancelling'), done: z.number().int(), total: z.number().int() }),
  /** Stopped by the person or by a crash; jobs.resume goes on where it was. */
  z.object({ kind: z.literal('paused'), done: z.number().int(), total: z.number().int(), reason: z.string() }),
  z.object({ kind: z.literal('done'), summary: z.string() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
])
export const JobProblem = z.object({ file: z.string(), message: z.string() })
export const Job = z.object({
  id: Id,
  kind: z.enum(['enrol', 'reenrol', 'demo']),
  title: z.string(),
  galleryId: Id.nullable(),
  state: JobState,
  createdAt: Time,
  endedAt: Time.nullable(),
  /** Seconds left, estimated from the rate so far; null while unknown. */
  etaSeconds: z.number().nullable(),
  counts: z.object({
    enrolled: z.number().int(),
    duplicates: z.number().int(),
    insufficient: z.number().int(),
    unreadable: z.number().int(),
  }),
  problems: z.array(JobProblem),
})
export type Job = z.infer<typeof Job>

export const jobCalls = calls({
  'jobs.list': { in: z.object({ active: z.boolean().default(false) }), out: z.array(Job) },
  'jobs.get': { in: z.object({ id: Id }), out: Job },
  /** Returns when the job is done, failed or paused. Cancelling this call leaves the job running. */
  'jobs.wait': { in: z.object({ id: Id }), out: Job, progress: Job },
  'jobs.cancel': { in: z.object({ id: Id }), out: Job },
  'jobs.resume': { in: z.object({ id: Id }), out: Job },
})
