// The bytes of one item of a job, or a sentence that says why there are none.
import { readFile, stat } from 'node:fs/promises'
import { UserFacingError } from '../contract/errors.ts'
import { getGalleryImage, type JobItem, type Store } from '../store/index.ts'

/** Larger files are not images that anyone takes; the decoder has the same limit. */
const MAX_BYTES = 200 * 2 ** 20

/** @throws UserFacingError 'unreadable-file', 'too-large', 'integrity' */
export async function itemBytes(store: Store, { source, fileName }: JobItem): Promise<Uint8Array> {
  if (source.kind === 'blob') return store.blobs.get(source.sha256)
  if (source.kind === 'image') return store.blobs.get(getGalleryImage(store, source.imageId).sha256)
  try {
    const { size } = await stat(source.path)
    if (size > MAX_BYTES)
      throw new UserFacingError('too-large', `"${fileName}" has more than ${MAX_BYTES / 2 ** 20} MiB; make it smaller.`)
    return await readFile(source.path)
  } catch (cause) {
    if (cause instanceof UserFacingError) throw cause
    throw new UserFacingError('unreadable-file', whyNot(fileName, cause), { subject: fileName, cause })
  }
}

function whyNot(fileName: string, cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return `"${fileName}" is no longer there; put it back and enrol the folder again.`
  if (code === 'EACCES' || code === 'EPERM') return `"${fileName}" may not be read; check its permissions.`
  return `"${fileName}" cannot be read (${code ?? 'unknown error'}).`
}
