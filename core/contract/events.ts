// What the host tells without being asked: which records changed, so that views fetch them again.
import { z } from 'zod'
import { Id } from './common.ts'
import { events } from './define.ts'
import { Job } from './jobs.ts'

export const hostEvents = events({
  'records.changed': z.object({
    domain: z.enum([
      'cases',
      'evidence',
      'probes',
      'galleries',
      'searches',
      'hallucinations',
      'models',
      'settings',
      'audit',
      'device',
    ]),
    id: Id.nullable(),
    caseId: Id.nullable(),
  }),
  'jobs.changed': Job,
})
