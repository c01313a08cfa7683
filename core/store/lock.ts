// One writer: holds a folder for this process. The lock is the operating system's, so it dies with the process (kill -9 too).
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import { guarded } from './faults.ts'
import { openLockFile } from './sqlite.ts'

/**
 * Takes the folder's lock: an exclusive transaction on an empty database beside the real one. SQLite keeps it as a
 * file lock of the operating system, which nothing can leave behind; readers of the real database are not disturbed.
 * @returns gives the lock back
 * @throws UserFacingError store-locked
 */
export function lockFolder(folder: string): () => void {
  return guarded(folder, () => {
    const db = openLockFile(path.join(folder, 'lock'))
    try {
      db.pragma('journal_mode = MEMORY') // no journal file beside it
      db.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY'))
        throw new UserFacingError(
          'store-locked',
          `The case store in ${folder} is open in another Vestige; use that one, or close it first.`,
          { subject: folder, cause: error },
        )
      throw error
    }
    return () => db.close()
  })
}
