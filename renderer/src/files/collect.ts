// What a drop, a paste or a file dialog handed over: files with their paths below the dropped folder, in a stable order.

export interface Collected {
  readonly file: File
  /** Path below what was dropped, with `/`; the bare name for single files. */
  readonly path: string
}
export interface Skipped {
  readonly path: string
  readonly message: string
}
export interface Collection {
  readonly files: Collected[]
  readonly skipped: Skipped[]
}

/** The parts of the browser's FileSystemEntry that are used. */
export interface Entry {
  readonly isFile: boolean
  readonly isDirectory: boolean
  readonly name: string
}
interface FileEntry extends Entry {
  file(ok: (file: File) => void, failed: (reason: unknown) => void): void
}
interface DirectoryEntry extends Entry {
  createReader(): { readEntries(ok: (entries: Entry[]) => void, failed: (reason: unknown) => void): void }
}

const images = /\.(jpe?g|jpe|jfif|png|tiff?|webp|bmp|dib)$/i
const litter = /^(\.|Thumbs\.db$|desktop\.ini$)/i
/** The host refuses larger files; asking it would only cost the reading. */
export const maxBytes = 200 * 1024 * 1024

/** Whether a file of a folder is worth reading as an image, by its name. */
export const looksLikeImage = (name: string): boolean => images.test(name)

const readFile = (entry: FileEntry) => new Promise<File>((ok, failed) => entry.file(ok, failed))

/** All entries of a directory: readEntries hands over at most 100 at a time and must be asked until it is empty. */
async function readDirectory(entry: DirectoryEntry): Promise<Entry[]> {
  const reader = entry.createReader()
  const all: Entry[] = []
  for (;;) {
    const some = await new Promise<Entry[]>((ok, failed) => reader.readEntries(ok, failed))
    if (some.length === 0) return all
    all.push(...some)
  }
}

/**
 * Walks dropped entries. In folders, files that are no images by their name are skipped and listed; hidden files and
 * system litter are left out silently. A file dropped by itself is always taken: the host says what it is.
 */
export async function collectEntries(
  entries: readonly Entry[],
  keep: (name: string) => boolean = looksLikeImage,
): Promise<Collection> {
  const files: Collected[] = []
  const skipped: Skipped[] = []
  async function walk(entry: Entry, folder: string) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    try {
      if (entry.isDirectory) {
        const inside = await readDirectory(entry as DirectoryEntry)
        for (const child of inside.sort((a, b) => compareNames(a.name, b.name))) await walk(child, path)
      } else if (folder !== '' && litter.test(entry.name)) return
      else if (folder !== '' && !keep(entry.name)) skipped.push({ path, message: 'Not an image file by its name.' })
      else add(await readFile(entry as FileEntry), path)
    } catch {
      skipped.push({ path, message: 'The system refused to open it; check that it exists and may be read.' })
    }
  }
  function add(file: File, path: string) {
    if (file.size > maxBytes) skipped.push({ path, message: 'Larger than 200 MB, the limit for one image.' })
    else files.push({ file, path })
  }
  for (const entry of entries) await walk(entry, '')
  return { files, skipped }
}

/** The same for a plain list of files (file dialog, paste); `webkitRelativePath` is set where a folder was picked. */
export function collectFiles(list: Iterable<File>, keep: (name: string) => boolean = looksLikeImage): Collection {
  const files: Collected[] = []
  const skipped: Skipped[] = []
  for (const file of list) {
    const path = file.webkitRelativePath || file.name
    const inFolder = path.includes('/')
    if (inFolder && path.split('/').some((part) => litter.test(part))) continue
    if (inFolder && !keep(file.name)) skipped.push({ path, message: 'Not an image file by its name.' })
    else if (file.size > maxBytes) skipped.push({ path, message: 'Larger than 200 MB, the limit for one image.' })
    else files.push({ file, path })
  }
  files.sort((a, b) => compareNames(a.path, b.path))
  return { files, skipped }
}

/**
 * Takes what was dropped: must be called during the drop event itself, for the list is emptied afterwards. The returned
 * function then reads it, folders included; where the system hands over no entries, the plain files are taken.
 */
export function takeDropped(transfer: DataTransfer | null): (keep?: (name: string) => boolean) => Promise<Collection> {
  const items = [...(transfer?.items ?? [])].filter((item) => item.kind === 'file')
  const taken = items.map((item) => ({ entry: item.webkitGetAsEntry() as Entry | null, file: item.getAsFile() }))
  return async (keep = looksLikeImage) => {
    const { files, skipped } = await collectEntries(
      taken.map((t) => t.entry).filter((entry) => entry !== null),
      keep,
    )
    const plain = collectFiles(
      taken.flatMap((t) => (t.entry === null && t.file !== null ? [t.file] : [])),
      keep,
    )
    return { files: [...files, ...plain.files], skipped: [...skipped, ...plain.skipped] }
  }
}

/** Pasted pictures have no name of their own: they get one that says when. */
export function namePasted(files: Iterable<File>, now: Date): File[] {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-')
  return [...files].map((file, i) =>
    file.name === 'image.png' || file.name === ''
      ? new File([file], `pasted ${stamp}${i === 0 ? '' : ` ${i + 1}`}.${file.type.split('/')[1] ?? 'png'}`, {
          type: file.type,
        })
      : file,
  )
}

const collator = new Intl.Collator('en', { numeric: true })
/** cam2 before cam10. */
export const compareNames = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
