// The one way to change the store: a transaction that must leave an audit row, and whose failure leaves nothing.
import type { Database } from 'better-sqlite3'
import { appender, type Head } from './audit/chain.ts'
import { DISCARDED, digester } from './audit/digest.ts'
import { toFault } from './faults.ts'
import type { Actor, Audit, Store } from './store.ts'

interface State {
  head: Head | null
  failure: unknown
  /** Audit rows written so far. */
  rows: number
}

/** @param committed called with the chain's new head after each commit */
export function writer(
  db: Database,
  folder: string,
  now: () => string,
  committed: (head: Head) => void,
): Store['write'] {
  const append = appender(db)
  const digest = digester(db)
  /** State of the outermost write in progress. */
  let open: State | null = null

  function attempt<T>(state: State, actor: Actor, change: (audit: Audit) => T): T {
    const before = state.rows
    const result = change((subject, parameters, records = [], discarded = []) => {
      const digests = [...new Set(records)].map((record) => `${record} ${digest(record)}`)
      for (const record of discarded) digests.push(`${record} ${DISCARDED}`)
      state.head = append({
        time: now(),
        account: actor.account,
        action: actor.action,
        via: actor.via,
        subject,
        parameters: { ...parameters, records: digests },
      })
      state.rows++
    })
    if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function')
      throw new Error(`${actor.action}: a change must be done when its function returns`)
    // Rows of writes that joined this one count: they are part of the change.
    if (state.rows === before) throw new Error(`${actor.action}: a change must write an audit row`)
    return result
  }

  return <T>(actor: Actor, change: (audit: Audit) => T): T => {
    if (open !== null) {
      const state = open
      try {
        return attempt(state, actor, change)
      } catch (error) {
        state.failure ??= error // whoever catches this may not keep the other half
        throw error
      }
    }
    const state: State = { head: null, failure: null, rows: 0 }
    let result: T
    try {
      db.exec('BEGIN IMMEDIATE')
      open = state
      result = attempt(state, actor, change)
      if (state.failure !== null) throw state.failure as Error
      if (!db.inTransaction) throw new Error(`${actor.action}: the transaction ended early`)
      db.exec('COMMIT')
    } catch (error) {
      if (open !== null && db.inTransaction) db.exec('ROLLBACK')
      throw toFault(error, folder) as Error
    } finally {
      open = null
    }
    if (state.head !== null) committed(state.head)
    return result
  }
}
