// Loads SQLite and opens connections, all with the same settings.
import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { UserFacingError } from '../contract/errors.ts'

/** Marks our files among SQLite databases (PRAGMA application_id): "VSTG" in ASCII. */
export const applicationId = 0x56535447
/** Rows with a 512-value template take 2.1 kB: on 4 kB pages half of every page would lie empty. */
const pageSize = 8192

/**
 * The native part crashes the whole process on runtimes older than Node-API 10, so the question comes first.
 * @throws UserFacingError unavailable
 */
export function assertRuntime(
  versions: { readonly node?: string | undefined; readonly napi?: string | undefined } = process.versions,
): void {
  if (!(Number(versions.napi) >= 10))
    throw new UserFacingError(
      'unavailable',
      `The case store needs Node.js 22.14 or newer, but this is ${versions.node ?? 'an unknown version'}: start Vestige with "npm start", which brings its own.`,
    )
}

/** A connection that may write. Foreign keys, full synchronisation, nothing temporary on disk. */
export function openWritable(file: string): Database {
  assertRuntime()
  const db = new Sqlite(file, { timeout: 5000 })
  try {
    db.pragma(`page_size = ${pageSize}`)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma('recursive_triggers = ON') // so that INSERT OR REPLACE cannot get round the triggers against DELETE
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    db.pragma('temp_store = MEMORY')
    addFunctions(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A connection that only looks; the file stays as it is. */
export function openReadable(file: string): Database {
  assertRuntime()
  const db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 5000 })
  try {
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    db.pragma('temp_store = MEMORY')
    addFunctions(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** An empty database in memory, with the same settings as a file. */
export const openInMemory = (): Database => openWritable(':memory:')

/** The lock's connection: it does not wait. */
export function openLockFile(file: string): Database {
  assertRuntime()
  return new Sqlite(file, { timeout: 0 })
}

/** `real8(x)`: the 16 hex digits of a REAL as big-endian IEEE 754 binary64; digests need one spelling per number. */
function addFunctions(db: Database): void {
  const word = Buffer.alloc(8)
  db.function('real8', { deterministic: true }, (x: unknown) => {
    if (typeof x !== 'number') return null
    word.writeDoubleBE(x)
    return word.toString('hex')
  })
}
