// Files of an enrolment that come from a browser one by one, kept on disk until the job that takes them is done.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import type { EnrolFiles } from '../jobs/enrolPlan.ts'
import { looksLikeImage } from '../jobs/folder.ts'

export interface Staging {
  /** @returns how many files of this upload are there now @throws UserFacingError 'invalid-input', 'disk-full' */
  add(uploadId: string, relativePath: string, bytes: Uint8Array): number
  /** Ends the upload: its files and the folder that holds them. @throws UserFacingError 'not-found' */
  take(uploadId: string): { files: EnrolFiles; folder: string }
  /** Removes what no unfinished job needs. @param needed folders, as `take` gave them */
  sweep(needed: ReadonlySet<string>): void
}

interface Upload {
  readonly folder: string
  readonly files: Map<string, string>
  readonly csv: Map<string, string>
}
const IMAGE_NAME = /\.(jpe?g|jpe|jfif|png|tiff?|webp|bmp|gif|heic|heif|avif|jp2)$/i

/** @param root folder of its own inside the store's */
export function createStaging(root: string): Staging {
  const uploads = new Map<string, Upload>()

  function upload(uploadId: string): Upload {
    const known = uploads.get(uploadId)
    if (known) return known
    // The caller's name is never part of a path.
    const folder = path.join(root, randomBytes(12).toString('hex'))
    mkdirSync(folder, { recursive: true })
    const made = { folder, files: new Map<string, string>(), csv: new Map<string, string>() }
    uploads.set(uploadId, made)
    return made
  }
  return {
    add(uploadId, relativePath, bytes) {
      const name = shownPath(relativePath)
      if (name.split('/').some((part) => part.startsWith('.'))) return uploads.get(uploadId)?.files.size ?? 0
      const { folder, files, csv } = upload(uploadId)
      const isCsv = /^[^/]*\.csv$/i.test(belowTop(name))
      if (isCsv || IMAGE_NAME.test(name) || looksLikeImage(bytes.subarray(0, 12))) {
        const kept = isCsv ? csv : files
        const file = kept.get(name) ?? path.join(folder, String(files.size + csv.size))
        write(file, bytes)
        kept.set(name, file)
      }
      return files.size
    },
    take(uploadId) {
      const found = uploads.get(uploadId)
      if (!found)
        throw new UserFacingError('not-found', 'No files of this upload are here (any more); hand them over again.')
      uploads.delete(uploadId)
      const strip = commonTop([...found.files.keys(), ...found.csv.keys()])
      const listed = (entries: Map<string, string>) =>
        [...entries]
          .map(([name, file]) => ({ path: file, relativePath: name.slice(strip) }))
          .sort((a, b) => (a.relativePath < b.relativePath ? -1 : 1))
      return {
        folder: found.folder,
        files: {
          name: strip > 0 ? ([...found.files.keys()][0]?.slice(0, strip - 1) ?? 'the upload') : 'the upload',
          images: listed(found.files),
          csv: listed(found.csv).filter((file) => !file.relativePath.includes('/')),
          skipped: [],
          sourceOf: (image) => ({ kind: 'path', path: image.path }),
        },
      }
    },
    sweep(needed) {
      if (!existsSync(root)) return
      const open = new Set([...uploads.values()].map((each) => each.folder))
      for (const entry of readdirSync(root)) {
        const folder = path.join(root, entry)
        if (!needed.has(folder) && !open.has(folder)) rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

/** A path from outside as it may be shown and compared: `/` between parts, none of them empty or pointing upwards. */
function shownPath(relativePath: string): string {
  const parts = relativePath.split(/[\\/]/).filter((part) => part !== '' && part !== '.')
  if (parts.length === 0 || parts.includes('..') || relativePath.includes('\0'))
    throw new UserFacingError('invalid-input', `"${relativePath.slice(0, 200)}" is not a path below the chosen folder.`)
  return parts.join('/')
}
/** A browser names files with the chosen folder in front. */
const belowTop = (name: string): string => name.slice(name.indexOf('/') + 1)
/** Length of the one top folder that all names share, with its slash; 0 where there is none. */
function commonTop(names: readonly string[]): number {
  const end = (names[0]?.indexOf('/') ?? -1) + 1
  return end > 0 && names.every((name) => name.startsWith(names[0]!.slice(0, end))) ? end : 0
}

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause
    rmSync(file, { force: true })
    throw new UserFacingError('disk-full', 'The disk is full: the file was not taken over. Make room and try again.', {
      cause,
    })
  }
}
