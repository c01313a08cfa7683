// Looks at a store's database before anything is written to it: is it sound, is it ours, is it of a known version?
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { readHeadFile } from './audit/head.ts'
import { damaged, guarded } from './faults.ts'
import { appliedMigrations, type Migration } from './migrate.ts'
import { openReadable } from './sqlite.ts'

export const databasePath = (folder: string): string => path.join(folder, 'vestige.sqlite')

/**
 * Bytes up to which every page is looked at before opening (about a second). A larger store would keep its user
 * waiting; there, damage shows when a page is read, and in verification.
 */
const checkedAtOpening = 512 * 1024 * 1024

/**
 * @returns the number of changes applied so far; 0 for a store that is still to be made
 * @throws UserFacingError store-damaged, store-version; the files are as they were
 */
export function inspectDatabase(folder: string, known: readonly Migration[]): number {
  const file = databasePath(folder)
  if (!existsSync(file) || statSync(file).size === 0) {
    const head = readHeadFile(folder)
    if (head !== 'missing') throw damaged(folder, 'its database is missing')
    return 0
  }
  return guarded(folder, () => {
    const db = openReadable(file)
    try {
      const applied = appliedMigrations(db, known, folder)
      if (statSync(file).size <= checkedAtOpening) {
        const verdict = db.pragma('quick_check(1)', { simple: true })
        if (verdict !== 'ok') throw damaged(folder, String(verdict))
      }
      return applied.length
    } finally {
      db.close()
    }
  })
}
