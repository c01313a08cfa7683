// The audit chain: read and verified.
import type { auditCalls } from '../contract/audit.ts'
import type { Handlers } from '../contract/index.ts'
import { listAudit, verifyAudit } from '../store/index.ts'
import type { Services } from './context.ts'

export const auditHandlers = ({ store }: Services): Handlers<keyof typeof auditCalls> => ({
  'audit.list': (filter) => listAudit(store, filter),
  'audit.verify': (_, { signal, progress }) => verifyAudit(store, { signal, progress }),
})
