// Reads the audit chain for the screen.
import type { AuditRow } from '../../contract/audit.ts'
import type { Store } from '../store.ts'

/** Sequence and hash of the last row; sequence 0 and 64 zeros in an empty chain. */
export function auditHead(store: Store): { sequence: number; hash: string } {
  throw new Error('not yet')
}
/** Newest first. `text` is looked for in account, action, subject and parameters. */
export function listAudit(
  store: Store,
  filter: { text?: string; caseId?: number; offset?: number; limit?: number },
): { total: number; head: string; rows: AuditRow[] } {
  throw new Error('not yet')
}
