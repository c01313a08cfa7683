// Copies the database before its schema changes, and makes sure that the copy is sound.
import type { Database } from 'better-sqlite3'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync } from 'node:fs'
import path from 'node:path'
import { backupFolder, damaged } from './faults.ts'
import { openReadable } from './sqlite.ts'

/**
 * Writes <folder>/backups/0007-2026-11-22T10-15-00.000Z.sqlite (schema version, time) with VACUUM INTO and checks it.
 * @returns its path
 * @throws SqliteError where there is no room; the unfinished copy is gone then
 * @throws UserFacingError store-damaged where the copy is not sound
 */
export function backupDatabase(db: Database, folder: string, version: number, time: string): string {
  mkdirSync(backupFolder(folder), { recursive: true })
  const name = `${String(version).padStart(4, '0')}-${time.replaceAll(':', '-')}.sqlite`
  const file = path.join(backupFolder(folder), name)
  if (existsSync(file)) return file
  try {
    db.prepare('VACUUM INTO ?').run(file)
    const copy = openReadable(file)
    try {
      const verdict = copy.pragma('quick_check(1)', { simple: true })
      if (verdict !== 'ok') throw damaged(folder, `its backup is not sound: ${String(verdict)}`)
    } finally {
      copy.close()
    }
    const descriptor = openSync(file, 'r+')
    fsyncSync(descriptor)
    closeSync(descriptor)
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  }
  return file
}
