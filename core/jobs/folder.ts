// Lists the images of a folder: recursive, never through links to folders, hidden files left out.
import { open, readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'

export interface FoundFile {
  /** As the operating system opens it. */
  readonly path: string
  /** Below the folder, with `/` between parts. */
  readonly relativePath: string
}
export interface FolderListing {
  /** Sorted by relative path, so that an interrupted enrolment meets the same order again. */
  readonly images: readonly FoundFile[]
  /** CSV files directly in the folder. */
  readonly csv: readonly FoundFile[]
  /** Entries that were left out although the person may have meant them; one sentence each. */
  readonly skipped: readonly { readonly relativePath: string; readonly message: string }[]
  /** Files that are neither images nor CSV. */
  readonly others: number
}

const IMAGE_NAME = /\.(jpe?g|jpe|jfif|png|tiff?|webp|bmp|gif|heic|heif|avif|jp2)$/i

/** First bytes of JPEG, PNG, GIF, TIFF (both orders), BMP and WebP files. */
export function looksLikeImage(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  return (
    ['\xff\xd8\xff', '\x89PNG', 'GIF8', 'II*\0', 'MM\0*', 'BM'].some((magic) => text.startsWith(magic)) ||
    (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP')
  )
}

async function startsLikeImage(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => null)
  if (!handle) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0)
    return looksLikeImage(buffer.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}

/**
 * A file counts as an image by its name, or, where its name says nothing, by its first bytes: what is damaged or
 * mislabelled is thus listed and tried rather than passed over. Links to files are read like files; links to folders
 * are not followed, for they may lead round in circles or out of the folder.
 * @throws UserFacingError 'not-found' where there is no such folder, 'forbidden' where it may not be read
 */
export async function listFolder(folder: string, signal?: AbortSignal): Promise<FolderListing> {
  const images: FoundFile[] = []
  const csv: FoundFile[] = []
  const skipped: { relativePath: string; message: string }[] = []
  let others = 0
  const root = await realFolder(folder)

  const walk = async (below: string): Promise<void> => {
    signal?.throwIfAborted()
    const entries = await readdir(path.join(root, below), { withFileTypes: true }).catch((cause: unknown) => {
      if (below === '') throw notReadable(folder, cause)
      skipped.push({ relativePath: slashed(below), message: 'This folder cannot be read; check its permissions.' })
      return []
    })
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const relative = path.join(below, entry.name)
      const file = { path: path.join(root, relative), relativePath: slashed(relative) }
      const target = entry.isSymbolicLink() ? await stat(file.path).catch(() => null) : entry
      if (!target) skipped.push({ relativePath: file.relativePath, message: 'This link leads to nothing.' })
      else if (target.isDirectory() && entry.isSymbolicLink())
        skipped.push({ relativePath: file.relativePath, message: 'A link to a folder is not followed.' })
      else if (target.isDirectory()) await walk(relative)
      else if (!target.isFile()) others++
      else if (/\.csv$/i.test(entry.name) && below === '') csv.push(file)
      else if (IMAGE_NAME.test(entry.name) || (await startsLikeImage(file.path))) images.push(file)
      else others++
    }
  }
  await walk('')
  const order = (a: FoundFile, b: FoundFile): number => compare(a.relativePath, b.relativePath)
  return { images: images.sort(order), csv: csv.sort(order), skipped, others }
}

/** By code units: the same on every machine, whatever its language. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const slashed = (relative: string): string => relative.split(path.sep).join('/')

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder)
    if ((await stat(real)).isDirectory()) return real
  } catch (cause) {
    throw notReadable(folder, cause)
  }
  throw new UserFacingError('not-found', `"${folder}" is a file, not a folder; choose the folder that holds it.`, {
    subject: folder,
  })
}
function notReadable(folder: string, cause: unknown): UserFacingError {
  const denied = ['EACCES', 'EPERM'].includes((cause as NodeJS.ErrnoException).code ?? '')
  return denied
    ? new UserFacingError('forbidden', `"${folder}" may not be read; check its permissions.`, {
        subject: folder,
        cause,
      })
    : new UserFacingError('not-found', `There is no folder "${folder}"; check its path.`, { subject: folder, cause })
}
