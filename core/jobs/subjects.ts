// Whose photograph is this: the three rules that turn a file's place into a subject's name.
import type { NamedFile } from './csv.ts'
import type { FolderListing } from './folder.ts'

/** Words that cameras and people put before a number; the number alone tells such files apart. */
const GENERIC =
  /^(img|dsc[nf]?|pxl|p|pict?|photo|foto|image|bild|scan|frame|face|file|picture|snapshot|screenshot|whatsapp image|person|subject|suspect|inmate|id|probe|gallery|sample|crop|untitled)$/i
const COUNTER = /^(.*?)(?:[ _-]+\d{1,4}|\s*\(\d{1,4}\))$/s

/**
 * A file's name without its extension and without a trailing counter: `Anna_Berg_0001.jpg` and `Anna_Berg_0002.jpg`
 * are one subject. The number stays where it is what tells subjects apart: after a generic word (`IMG_0001`), with
 * five digits or more (a register number), or where nothing would be left.
 */
export function subjectOfName(fileName: string): string {
  const stem = fileName.replace(/^.*\//s, '').replace(/(?!^)\.[^.]*$/s, '')
  const name = COUNTER.exec(stem)?.[1]?.trim() ?? ''
  return name === '' || GENERIC.test(name) ? stem : name
}

/**
 * The folder that holds the file, with all of its path: `Anna/2019/a.jpg` is "Anna/2019", so that equal folder names
 * below different people never make one subject. A file directly in the root is named after itself.
 */
export function subjectOfFolder(relativePath: string): string {
  const end = relativePath.lastIndexOf('/')
  return end < 0 ? subjectOfName(relativePath) : relativePath.slice(0, end)
}

export type NameRule = 'folder' | 'csv' | 'file-name'

/** CSV where one names at least one of the images; else folders where there are any; else file names. */
export function guessRule(listing: Pick<FolderListing, 'images'>, named: readonly NamedFile[] | null): NameRule {
  const lookUp = namesByFile(named ?? [])
  if (listing.images.some((image) => lookUp(image.relativePath))) return 'csv'
  return listing.images.some((image) => image.relativePath.includes('/')) ? 'folder' : 'file-name'
}

/** One spelling of a path in a table: composed letters, `/`, no leading `./`. */
export const fileKey = (file: string): string =>
  file
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')

/** Finds a file's row by its path below the folder, or by its bare name where only one row has it. */
export function namesByFile(named: readonly NamedFile[]): (relativePath: string) => NamedFile | undefined {
  const byPath = new Map(named.map((row) => [fileKey(row.file), row]))
  const byName = new Map<string, NamedFile | null>()
  for (const row of named) {
    const name = fileKey(row.file)
    if (!name.includes('/')) byName.set(name, byName.has(name) ? null : row)
  }
  return (relativePath) => {
    const wanted = fileKey(relativePath)
    return byPath.get(wanted) ?? byName.get(wanted.slice(wanted.lastIndexOf('/') + 1)) ?? undefined
  }
}
