// Checks the whole store against its audit chain: rows, records, originals.
import type { Database } from 'better-sqlite3'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { AuditReport } from '../../contract/audit.ts'
import { UserFacingError } from '../../contract/errors.ts'

import { databasePath } from '../inspect.ts'
import { appliedMigrations } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { openReadable } from '../sqlite.ts'
import type { Store } from '../store.ts'
import { noHash } from './chain.ts'
import { readHeadFile } from './head.ts'
import { findings, part, type VerifyOptions } from './findings.ts'
import { verifyBlobs } from './verifyBlobs.ts'
import { verifyRecords } from './verifyRecords.ts'
import { verifyRows } from './verifyRows.ts'

export type { VerifyOptions } from './findings.ts'

const limits =
  'Whoever may write the whole folder could have rewritten the chain with everything in it: compare the head with one that was noted elsewhere.'

/** @throws the signal's reason where it is aborted */
export const verifyAudit = (store: Store, options: VerifyOptions = {}): Promise<AuditReport> =>
  verifyFolder(store.folder, options)

/**
 * Verifies a store without opening it for writing: works on a damaged store, and beside a running instance, of which
 * it sees one moment. Three stages: the rows of the chain (order, links, hashes, the head file), the records (each
 * against the digest in the last audit row that names it; SQLite's own integrity; the schema with its triggers), and
 * the originals (each against its hash, and each that a record names).
 *
 * A clean report proves that nothing was changed by anyone who could not recompute the chain and write all its parts.
 * It does not prove that nobody did exactly that: compare `head` with one that was noted outside this folder.
 * @throws UserFacingError not-found where there is no store, store-version; the signal's reason where it is aborted
 */
export async function verifyFolder(folder: string, options: VerifyOptions = {}): Promise<AuditReport> {
  const start = performance.now()
  const found = findings(options)
  const report = { rows: 0, blobs: 0, bytes: 0, head: noHash }
  const root = path.resolve(folder)
  let db: Database | null = null
  if (!existsSync(databasePath(root)))
    throw new UserFacingError(
      'not-found',
      `There is no case store in ${root}; give the folder that holds vestige.sqlite.`,
      { subject: root },
    )
  try {
    await part(found, 'database', () => {
      db = openReadable(databasePath(root))
    })
    const reader = db as Database | null
    const headFile = readHeadFile(root)
    if (reader) {
      await part(found, 'database', async () => {
        reader.exec('BEGIN')
        if (appliedMigrations(reader, migrations, root).length < migrations.length)
          throw new UserFacingError(
            'store-version',
            `The case store in ${root} has an older schema; open it once with this Vestige, which keeps a backup, and verify again.`,
            { subject: root },
          )
        const chain = await verifyRows(reader, headFile, found)
        report.rows = chain.rows
        report.head = chain.head.hash
        await verifyRecords(reader, chain.records, found)
      })
    }
    Object.assign(report, await verifyBlobs(reader, root, found))
  } finally {
    ;(db as Database | null)?.close()
  }
  return {
    ok: found.problems.length === 0,
    ...report,
    problems: found.problems,
    notes: [...found.notes, limits],
    ms: performance.now() - start,
  }
}
