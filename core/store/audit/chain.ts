// The audit chain's rule: what a row is, how its hash is made, how the next one is appended.
import type { Database } from 'better-sqlite3'
import { sha256 } from '../../base/sha256.ts'
import { canonicalJson } from './canonical.ts'
import { columns, encode, encodeSql } from './encode.ts'

/** Hash "before" the first row. */
export const noHash = '0'.repeat(64)

export interface Head {
  readonly sequence: number
  readonly hash: string
}

/** First field of every row's encoding. */
export const rowLabel = 'vestige-audit-1'
const rowColumns = columns(
  'sequence:integer time:text account:text action:text via:text subject:text parameters:text previous_hash:text',
)

/**
 * The bytes that a row's hash is made of, as an SQL expression over table `audit`.
 *
 * How a stranger recomputes the chain: a row's `hash` is the SHA-256 (FIPS 180-4, lower-case hex) of these fields,
 * one after another in the encoding of encode.ts: the text `vestige-audit-1`, then the row's sequence, time, account,
 * action, via, subject, parameters and previous_hash. Example of the beginning:
 * `s15:vestige-audit-1,i1,s24:2026-11-22T10:15:00.000Z,s3:ana,…`. Sequences are 1, 2, 3 …; previous_hash is the hash
 * of the row before, 64 zeros in the first. `parameters` is JSON after RFC 8785; its member `records` lists
 * every record the change wrote as `kind:id digest` (digest.ts).
 */
export const rowPreimageSql = encodeSql(rowLabel, rowColumns)

export interface Entry {
  readonly time: string
  readonly account: string
  readonly action: string
  readonly via: string
  readonly subject: string
  readonly parameters: object
}

/** @returns the row's hash, by the rule above */
export const rowHash = (
  sequence: number,
  entry: Omit<Entry, 'parameters'> & { parameters: string },
  previous: string,
): string =>
  sha256(
    encode([
      rowLabel,
      sequence,
      entry.time,
      entry.account,
      entry.action,
      entry.via,
      entry.subject,
      entry.parameters,
      previous,
    ]),
  )

const headSql = 'SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1'
/** Last row; sequence 0 and 64 zeros in an empty chain. */
export const readHead = (db: Database): Head =>
  (db.prepare(headSql).get() as Head | undefined) ?? { sequence: 0, hash: noHash }

const appendSql =
  'INSERT INTO audit (sequence, time, account, action, via, subject, parameters, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'

/** Makes the function that appends rows to this connection's chain; the caller holds the transaction. */
export function appender(db: Database): (entry: Entry) => Head {
  const last = db.prepare(headSql)
  const insert = db.prepare(appendSql)
  return (entry) => {
    const before = (last.get() as Head | undefined) ?? { sequence: 0, hash: noHash }
    // A lone surrogate has no UTF-8: it must not be hashed in one form and stored in another.
    const text = {
      time: entry.time,
      account: entry.account.toWellFormed(),
      action: entry.action.toWellFormed(),
      via: entry.via,
      subject: entry.subject.toWellFormed(),
      parameters: canonicalJson(entry.parameters),
    }
    const sequence = before.sequence + 1
    const hash = rowHash(sequence, text, before.hash)
    insert.run(
      sequence,
      text.time,
      text.account,
      text.action,
      text.via,
      text.subject,
      text.parameters,
      before.hash,
      hash,
    )
    return { sequence, hash }
  }
}
