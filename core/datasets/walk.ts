// Lists the files of a dataset's folder in the same order on every machine; links to folders are not followed.
import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import type { Problem } from './types.ts'

export interface FoundFile {
  /** Below the root, `/` between parts, letters composed (NFC). */
  readonly name: string
  /** As the operating system opens it. */
  readonly path: string
}
export interface Listing {
  /** Absolute, links resolved. */
  readonly root: string
  readonly images: readonly FoundFile[]
  /** CSV files directly in the root. */
  readonly tables: readonly FoundFile[]
  /** Text files (.txt) anywhere. */
  readonly texts: readonly FoundFile[]
  readonly problems: readonly Problem[]
}

const IMAGE = /\.(jpe?g|jpe|jfif|png|tiff?|webp|bmp|gif)$/i
/** No set of faces is nested deeper or has more files; a folder that does is the wrong one. */
const MAX_DEPTH = 16
export const MAX_FILES = 10_000_000

/** By code units: the same on every machine, whatever its language. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Image files by their names, sorted. Hidden entries are left out.
 * @throws UserFacingError 'not-found' or 'forbidden' for the folder itself
 */
export async function listFiles(folder: string, signal?: AbortSignal): Promise<Listing> {
  const images: FoundFile[] = []
  const tables: FoundFile[] = []
  const texts: FoundFile[] = []
  const problems: Problem[] = []
  const root = await realFolder(folder)

  const walk = async (below: string, prefix: string, depth: number): Promise<void> => {
    signal?.throwIfAborted()
    const entries = await readdir(path.join(root, below), { withFileTypes: true }).catch((cause: unknown) => {
      if (below === '') throw notReadable(folder, cause)
      problems.push({ name: prefix, reason: 'This folder cannot be read; check its permissions.' })
      return []
    })
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const relative = path.join(below, entry.name)
      const name = prefix + entry.name.normalize('NFC')
      const file: FoundFile = { name, path: path.join(root, relative) }
      const target = entry.isSymbolicLink() ? await stat(file.path).catch(() => null) : entry
      if (!target) problems.push({ name, reason: 'This link leads to nothing.' })
      else if (target.isDirectory() && entry.isSymbolicLink())
        problems.push({ name, reason: 'A link to a folder is not followed.' })
      else if (target.isDirectory() && depth === MAX_DEPTH)
        problems.push({ name, reason: `Folders are read ${MAX_DEPTH} deep.` })
      else if (target.isDirectory()) await walk(relative, `${name}/`, depth + 1)
      else if (target.isFile() && IMAGE.test(entry.name)) images.push(file)
      else if (target.isFile() && below === '' && /\.csv$/i.test(entry.name)) tables.push(file)
      else if (target.isFile() && /\.txt$/i.test(entry.name)) texts.push(file)
      if (images.length + texts.length > MAX_FILES)
        throw new UserFacingError('too-large', `"${folder}" has more than ${MAX_FILES} files.`, { subject: folder })
    }
  }
  await walk('', '', 1)
  const order = (a: { name: string }, b: { name: string }): number => compare(a.name, b.name)
  const byName = (files: FoundFile[]): FoundFile[] => files.sort(order)
  return { root, images: byName(images), tables: byName(tables), texts: byName(texts), problems: problems.sort(order) }
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch (cause) {
    throw notReadable(folder, cause)
  }
}

/** The sentence for a dataset that cannot be opened at all. */
export function notReadable(place: string, cause: unknown): UserFacingError {
  const denied = ['EACCES', 'EPERM'].includes((cause as NodeJS.ErrnoException).code ?? '')
  return denied
    ? new UserFacingError('forbidden', `"${place}" may not be read; check its permissions.`, { subject: place, cause })
    : new UserFacingError('not-found', `There is no dataset "${place}"; check the path.`, { subject: place, cause })
}
