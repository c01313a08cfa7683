// Digests of records: what an audit row holds of each record that its change wrote.
import type { Database, Statement } from 'better-sqlite3'
import { createHash, hash } from 'node:crypto'
import { encodeSql } from './encode.ts'
import { recordKinds, type RecordKind } from './records.ts'

const byName = new Map(recordKinds.map((kind) => [kind.kind, kind]))

/** Stands in an audit row in place of the digest of a record that the change took away. */
export const DISCARDED = 'discarded'

const preimage = (kind: RecordKind): string => encodeSql(kind.kind, kind.columns)
const partsSql = ({ parts }: RecordKind): string | null =>
  parts
    ? `SELECT ${encodeSql('part', parts.columns)} FROM ${parts.table} WHERE ${parts.key} = ? ORDER BY ${parts.order}`
    : null

/** Digest of one encoded record with its encoded parts. */
function digest(row: Buffer, parts: Statement | null, id: number): string {
  if (parts === null) return hash('sha256', row)
  const sum = createHash('sha256').update(row)
  for (const part of parts.iterate(id) as Iterable<Buffer>) sum.update(part)
  return sum.digest('hex')
}

/**
 * Digests records of this connection, named `kind:id`.
 *
 * A digest is the SHA-256 (lower-case hex) of the fields of the record in the encoding of encode.ts: its kind as
 * text, then its columns in the order of records.ts; where the record has parts, each part follows in its order, as
 * the text `part` and its columns. Of a record that was taken away the row says `kind:id discarded`.
 */
export function digester(db: Database): (record: string) => string {
  const prepared = new Map<string, { row: Statement; parts: Statement | null }>()
  return (record) => {
    const [name = '', id = ''] = record.split(':')
    const kind = byName.get(name)
    if (kind === undefined) throw new Error(`no kind of record: ${record}`)
    let statements = prepared.get(name)
    if (statements === undefined) {
      const parts = partsSql(kind)
      statements = {
        row: db.prepare(`SELECT ${preimage(kind)} FROM ${kind.table} WHERE ${kind.key} = ?`).pluck(),
        parts: parts === null ? null : db.prepare(parts).pluck(),
      }
      prepared.set(name, statements)
    }
    const row = statements.row.get(Number(id)) as Buffer | undefined
    if (row === undefined) throw new Error(`no record ${record}`)
    return digest(row, statements.parts, Number(id))
  }
}

/** Rows fetched at a time: quicker than one by one, and few enough to hold. */
const page = 200

/** All records of one kind with their digests, by id. */
export function* allDigests(db: Database, kind: RecordKind): Generator<{ id: number; digest: string }> {
  const parts = partsSql(kind)
  const partsOf = parts === null ? null : db.prepare(parts).pluck()
  const rows = db
    .prepare(
      `SELECT ${kind.key}, ${preimage(kind)} FROM ${kind.table} WHERE ${kind.key} > ? ${kind.where ? `AND ${kind.where}` : ''}
        ORDER BY ${kind.key} LIMIT ${page}`,
    )
    .raw()
  for (let after = -Infinity; ;) {
    const batch = rows.all(after) as [number, Buffer][]
    for (const [id, row] of batch) yield { id, digest: digest(row, partsOf, id) }
    const last = batch.at(-1)
    if (last === undefined) return
    after = last[0]
  }
}
