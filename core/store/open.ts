// Opens the case store: one folder, one writer, a known schema, nothing left over from a crash.
import { mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { firstAccount } from './accounts.ts'
import { openTrail } from './audit/trail.ts'
import { backupDatabase } from './backup.ts'
import { openBlobs, SYNTHETIC, type BlobFs } from './blobs.ts'
import { guarded } from './faults.ts'
import { databasePath, inspectDatabase } from './inspect.ts'
import { pauseInterruptedJobs } from './jobs.ts'
import { lockFolder } from './lock.ts'
import { migrate, type Migration } from './migrate.ts'
import { migrations as allMigrations } from './migrations/index.ts'
import { queries } from './queries.ts'
import { assertRuntime, openWritable } from './sqlite.ts'
import type { Actor, Store } from './store.ts'
import { writer } from './write.ts'

export interface OpenOptions {
  readonly folder: string
  readonly appVersion: string
  /** Clock, for tests. */
  readonly now?: () => Date
  /** Name of the first account; the operating system's user where absent. */
  readonly osUser?: string
  /** File system of the blobs, for tests. */
  readonly blobFs?: BlobFs
  /** Schema, for tests. */
  readonly migrations?: readonly Migration[]
}

/**
 * Opens the store in a folder, or makes it there. Brings its schema up to date, with a backup before each change.
 * @throws UserFacingError unavailable (runtime too old), store-locked (open elsewhere), store-version (left
 *   untouched), store-damaged (names the newest backup), disk-full, forbidden
 */
export function openStore(options: OpenOptions): Store {
  assertRuntime()
  const folder = path.resolve(options.folder)
  guarded(folder, () => mkdirSync(folder, { recursive: true }))
  const unlock = lockFolder(folder)
  try {
    return openLocked(folder, options, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

function openLocked(folder: string, options: OpenOptions, unlock: () => void): Store {
  const known = options.migrations ?? allMigrations
  const now = (): string => (options.now?.() ?? new Date()).toISOString()
  const before = inspectDatabase(folder, known)
  const db = guarded(folder, () => openWritable(databasePath(folder)))
  try {
    const applied = guarded(folder, () =>
      migrate(db, known, {
        folder,
        appVersion: options.appVersion,
        now,
        backup: (version) => backupDatabase(db, folder, version, now()),
      }),
    )
    const blobs = openBlobs(folder, options.blobFs)
    const synthetic = openBlobs(folder, options.blobFs, SYNTHETIC)
    const trail = openTrail(db, folder, now())
    const store: Store = {
      folder,
      appVersion: options.appVersion,
      db,
      blobs,
      synthetic,
      schemaVersion: before + applied.length,
      now,
      sql: queries(db, folder),
      write: writer(db, folder, now, trail.committed),
      close() {
        if (!db.open) return
        db.close()
        unlock()
      },
    }
    settle(store, applied, trail.noticed, options.osUser ?? osUser())
    return store
  } catch (error) {
    db.close()
    throw error
  }
}

/** What opening itself changes, each with its audit row. */
function settle(store: Store, applied: readonly number[], lostHeads: readonly object[], user: string): void {
  const actor = (action: string): Actor => ({ account: 'vestige', via: 'system', action })
  if (applied.length > 0)
    store.write(actor('store.migrate'), (audit) =>
      audit(`schema:${store.schemaVersion}`, { applied, appVersion: store.appVersion }),
    )
  for (const head of lostHeads) store.write(actor('store.open'), (audit) => audit('audit:head', { lost: head }))
  firstAccount(store, actor('store.open'), user)
  pauseInterruptedJobs(store, actor('store.open'))
}

function osUser(): string {
  try {
    return userInfo().username.trim() || 'analyst'
  } catch {
    return 'analyst' // no entry for this user id, as in some containers
  }
}
