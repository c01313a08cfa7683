// Reads the audit chain for the screen.
import type { AuditRow } from '../../contract/audit.ts'
import { like } from '../lines.ts'
import type { Store } from '../store.ts'
import { readHead, type Head } from './chain.ts'

/** Sequence and hash of the last row; sequence 0 and 64 zeros in an empty chain. */
export const auditHead = (store: Store): Head => readHead(store.db)

const columns = 'sequence, time, account, action, via, subject, parameters, previous_hash AS previousHash, hash'

/** One page of the chain, newest first; `case_id` has an index. */
export const auditPageSql = (where: string): string =>
  `SELECT ${columns} FROM audit ${where} ORDER BY sequence DESC LIMIT ? OFFSET ?`

/** Newest first. `text` is looked for in account, action, subject and parameters. */
export function listAudit(
  store: Store,
  filter: { text?: string; caseId?: number | undefined; offset?: number; limit?: number },
): { total: number; head: string; rows: AuditRow[] } {
  const conditions: string[] = []
  const values: unknown[] = []
  if (filter.caseId !== undefined) {
    conditions.push('case_id = ?')
    values.push(filter.caseId)
  }
  if (filter.text) {
    conditions.push(
      `(${['account', 'action', 'subject', 'parameters'].map((name) => `${name} LIKE ? ESCAPE '\\'`).join(' OR ')})`,
    )
    values.push(...Array.from({ length: 4 }, () => like(filter.text ?? '')))
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  const { total } = store.sql<{ total: number }>(`SELECT count(*) AS total FROM audit ${where}`).get(...values)!
  const rows = store.sql<AuditRow>(auditPageSql(where)).all(...values, filter.limit ?? 200, filter.offset ?? 0)
  return { total, head: auditHead(store).hash, rows }
}
