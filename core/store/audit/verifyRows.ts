// First stage of verification: the chain itself, row by row, from the first to the last.
import type { Database } from 'better-sqlite3'
import { hash as digestOf } from 'node:crypto'
import { noHash, rowPreimageSql, type Head } from './chain.ts'
import { digestTable, type DigestTable } from './digestTable.ts'
import { part, type Findings } from './findings.ts'
import type { HeadFileState } from './head.ts'

const page = 500
const pageSql = `SELECT sequence, previous_hash, hash, parameters, ${rowPreimageSql} FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ${page}`

export interface ChainResult {
  readonly rows: number
  readonly head: Head
  /** The chain's last word on every record, by kind. */
  readonly records: Map<string, DigestTable>
}

/** @param headFile read before the first look at the database, so that it cannot be ahead of it */
export async function verifyRows(db: Database, headFile: HeadFileState, found: Findings): Promise<ChainResult> {
  const records = new Map<string, DigestTable>()
  const wanted = typeof headFile === 'string' ? 0 : headFile.sequence
  let wantedHash = ''
  let rows = 0
  let previous: Head = { sequence: 0, hash: noHash }
  await part(found, 'audit chain', async () => {
    const total = db.prepare('SELECT count(*) FROM audit').pluck().get() as number
    const broken = found.many('findings in the audit chain')
    const statement = db.prepare(pageSql).raw()
    for (;;) {
      const batch = statement.all(previous.sequence) as [number, string, string, string, Buffer][]
      if (batch.length === 0) break
      for (const [sequence, previousHash, hash, parameters, preimage] of batch) {
        rows++
        const where = `audit row ${sequence}`
        if (sequence !== previous.sequence + 1)
          broken.problem(where, `${missing(previous.sequence + 1, sequence - 1)} before audit row ${sequence}.`)
        else if (previousHash !== previous.hash)
          broken.problem(
            where,
            `Audit row ${sequence} does not continue audit row ${previous.sequence}: one of the two was changed or put in.`,
          )
        if (digestOf('sha256', preimage) !== hash)
          broken.problem(
            where,
            `Audit row ${sequence} was changed after it was written: its content and its hash disagree.`,
          )
        collect(records, sequence, parameters)
        if (sequence === wanted) wantedHash = hash
        previous = { sequence, hash }
      }
      await found.step('rows', rows, Math.max(total, rows))
    }
    broken.close()
    const highest = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").pluck().get() as
      number | undefined
    if ((highest ?? 0) > previous.sequence)
      found.problem(
        'audit chain',
        `${missing(previous.sequence + 1, highest ?? 0)} from the end of the audit chain: the database remembers having written up to row ${highest}.`,
      )
  })
  checkHeadFile(headFile, previous, wantedHash, found)
  return { rows, head: previous, records }
}

const missing = (first: number, last: number): string =>
  last < first
    ? 'Audit rows are out of order'
    : first === last
      ? `Audit row ${first} is missing`
      : `Audit rows ${first} to ${last} are missing`

/** Notes the digests that a row holds; a row that is no JSON has been reported by its hash. */
function collect(records: Map<string, DigestTable>, sequence: number, parameters: string): void {
  let digests: unknown
  try {
    digests = (JSON.parse(parameters) as { records?: unknown } | null)?.records
  } catch {
    return
  }
  if (!Array.isArray(digests)) return
  for (const line of digests as unknown[]) {
    if (typeof line !== 'string') continue
    const colon = line.indexOf(':')
    const space = line.indexOf(' ', colon)
    const kind = line.slice(0, colon)
    let table = records.get(kind)
    if (table === undefined) records.set(kind, (table = digestTable()))
    table.set(Number(line.slice(colon + 1, space)), line.slice(space + 1), sequence)
  }
}

/** @param hash that the chain has where the head file points */
function checkHeadFile(file: HeadFileState, last: Head, hash: string, found: Findings): void {
  const where = 'audit head'
  if (typeof file === 'string') {
    found.problem(
      where,
      `The file audit-head.json is ${file}, so that rows lost from the end of the chain could not be noticed.`,
    )
    return
  }
  if (file.sequence > last.sequence)
    found.problem(
      where,
      `${missing(last.sequence + 1, file.sequence)} from the end of the audit chain: audit-head.json knows of row ${file.sequence}.`,
    )
  else if (file.sequence > 0 && hash !== file.hash)
    found.problem(
      where,
      `Audit row ${file.sequence} is not the one that audit-head.json knows: the chain or that file was changed.`,
    )
  for (const { sequence, noticedAt } of file.lost)
    found.problem(
      where,
      sequence === null
        ? `The file audit-head.json was gone or unreadable when the store was opened at ${noticedAt}; whether rows were lost until then is not known.`
        : `When the store was opened at ${noticedAt}, the chain no longer had the row ${sequence} that audit-head.json knew: rows were lost, or an older copy was put back.`,
    )
}
