// Brings a database to the current schema, one numbered change at a time, or refuses it untouched.
import type { Database } from 'better-sqlite3'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { applicationId } from './sqlite.ts'

export interface Migration {
  /** 1, 2, 3 …, without gaps. */
  readonly version: number
  readonly name: string
  /** Never edited once released: its hash stands in every database it was applied to. */
  readonly sql: string
}
export interface AppliedMigration {
  readonly version: number
  readonly name: string
  readonly sha256: string
}

const refuse = (folder: string, why: string): UserFacingError =>
  new UserFacingError('store-version', `The case store in ${folder} ${why}; it was left as it is.`, { subject: folder })

/**
 * What was applied to this database so far; writes nothing.
 * @throws UserFacingError store-version where the database is another program's, newer, or of an unknown lineage
 */
export function appliedMigrations(db: Database, known: readonly Migration[], folder: string): AppliedMigration[] {
  const objects = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number
  if (objects === 0) return []
  if (db.pragma('application_id', { simple: true }) !== applicationId)
    throw refuse(folder, 'holds a database of another program; choose another folder')
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > known.length)
    throw refuse(
      folder,
      `was written by a newer Vestige (schema ${version}, this one knows ${known.length}); install that version`,
    )
  const applied = db
    .prepare('SELECT version, name, sha256 FROM migrations ORDER BY version')
    .all() as AppliedMigration[]
  if (version !== applied.length)
    throw refuse(
      folder,
      `says that it has schema ${version} but lists ${applied.length} changes; restore a backup of it`,
    )
  applied.forEach((row, index) => {
    const mine = known[index]
    if (mine === undefined)
      throw refuse(
        folder,
        `was written by a newer Vestige (schema ${applied.length}, this one knows ${known.length}); install that version`,
      )
    if (row.version !== mine.version || row.sha256 !== sha256(mine.sql))
      throw refuse(
        folder,
        `has an unknown schema: its change ${row.version} (${row.name}) is not the one this Vestige knows; open it with the version that made it`,
      )
  })
  return applied
}

/**
 * Applies what is missing, each change in a transaction of its own that also checks foreign keys.
 * @param backup called before each change to a database that has content; a throw stops before anything changed
 * @returns versions applied now
 */
export function migrate(
  db: Database,
  known: readonly Migration[],
  options: { folder: string; appVersion: string; now: () => string; backup: (fromVersion: number) => void },
): number[] {
  const before = appliedMigrations(db, known, options.folder).length
  const pending = known.slice(before)
  const apply = db.transaction((change: Migration) => {
    if (change.version === 1) {
      db.pragma(`application_id = ${applicationId}`)
      db.exec(
        'CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL, app_version TEXT NOT NULL) STRICT',
      )
    }
    db.exec(change.sql)
    const broken = db.pragma('foreign_key_check') as unknown[]
    if (broken.length > 0) throw new Error(`change ${change.version} breaks ${broken.length} foreign keys`)
    db.prepare('INSERT INTO migrations VALUES (?, ?, ?, ?, ?)').run(
      change.version,
      change.name,
      sha256(change.sql),
      options.now(),
      options.appVersion,
    )
    db.pragma(`user_version = ${change.version}`)
  })
  if (before === 0)
    db.transaction(() => pending.forEach((change) => apply(change))).immediate() // a new store comes whole or not at all
  else
    for (const change of pending) {
      options.backup(change.version - 1)
      apply.immediate(change)
    }
  return pending.map((change) => change.version)
}
