// Turns what SQLite and the file system throw into sentences for the person; everything else passes unchanged.
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'

export const backupFolder = (folder: string): string => path.join(folder, 'backups')

/** Absolute path of the newest backup, or null. Names begin with the schema version and the time, so they sort. */
export function newestBackup(folder: string): string | null {
  try {
    const names = readdirSync(backupFolder(folder)).filter((name) => name.endsWith('.sqlite'))
    const newest = names.sort().at(-1)
    return newest === undefined ? null : path.join(backupFolder(folder), newest)
  } catch {
    return null
  }
}

export function damaged(folder: string, detail: string, cause?: unknown): UserFacingError {
  const backup = newestBackup(folder)
  const advice =
    backup === null
      ? 'there is no backup in its backups folder: copy the whole folder away before anything else'
      : `copy the whole folder away, then put back the newest backup, ${backup}`
  return new UserFacingError('store-damaged', `The case store in ${folder} is damaged (${detail}); ${advice}.`, {
    subject: folder,
    cause,
  })
}

/** @returns a UserFacingError for faults of disk and database, or the value itself */
export function toFault(thrown: unknown, folder: string): unknown {
  if (!(thrown instanceof Error) || thrown instanceof UserFacingError) return thrown
  const code = (thrown as { code?: unknown }).code
  if (typeof code !== 'string') return thrown
  const fault = (kind: ConstructorParameters<typeof UserFacingError>[0], message: string): UserFacingError =>
    new UserFacingError(kind, message, { subject: folder, cause: thrown })
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL')
    return fault(
      'disk-full',
      `The disk that holds ${folder} is full; free some space and do it again. Nothing was kept of this change.`,
    )
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(folder, thrown.message, thrown)
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return fault('store-locked', `Another program is using the database in ${folder}; close it and do this again.`)
  if (code.startsWith('SQLITE_READONLY') || ['EACCES', 'EPERM', 'EROFS', 'SQLITE_PERM', 'SQLITE_AUTH'].includes(code))
    return fault(
      'forbidden',
      `Vestige may not write to ${folder}; give this user the right to, or choose another folder.`,
    )
  if (['ENOTDIR', 'EEXIST', 'ENAMETOOLONG', 'ELOOP'].includes(code))
    return fault('unavailable', `The case store cannot be in ${folder}, which is no folder; choose another place.`)
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN') || code === 'EIO')
    return fault(
      'unavailable',
      `The disk that holds ${folder} reports an error (${thrown.message}); check it and start again.`,
    )
  return thrown
}

/** Runs and translates. */
export function guarded<T>(folder: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw toFault(error, folder)
  }
}
