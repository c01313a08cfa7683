// What an enrolment will do, decided before it starts: one item per image, with its subject, and what is left out.
import { readFile } from 'node:fs/promises'
import { UserFacingError } from '../contract/errors.ts'
import type { JobItemInput, JobItemSource } from '../store/index.ts'
import { readNames, type NamedFile } from './csv.ts'
import type { FolderListing } from './folder.ts'
import { fileKey, guessRule, namesByFile, subjectOfFolder, subjectOfName, type NameRule } from './subjects.ts'

export interface EnrolPlan {
  readonly rule: NameRule
  readonly items: readonly JobItemInput[]
  /** Files that are listed but cannot be enrolled, and why. */
  readonly leftOut: readonly { readonly item: JobItemInput; readonly message: string }[]
}
/** A folder on disk, or files handed over by a browser: where the bytes of a file are. */
export interface EnrolFiles extends Pick<FolderListing, 'images' | 'csv' | 'skipped'> {
  /** The folder or the upload, as the person knows it. */
  readonly name: string
  sourceOf(image: FolderListing['images'][number]): JobItemSource
}

/** Longest name a subject may have; see the contract's Name. */
const NAME_LIMIT = 200

/**
 * @param rule asked for; guessed where absent
 * @param readCsv for tests; default reads the file
 * @throws UserFacingError 'invalid-input' where there is no image, or names should come from a CSV and none fits
 */
export async function planEnrolment(
  files: EnrolFiles,
  rule?: NameRule,
  readCsv: (path: string) => Promise<Uint8Array> = (path) => readFile(path),
): Promise<EnrolPlan> {
  const { images, name } = files
  if (images.length === 0)
    throw new UserFacingError(
      'invalid-input',
      `"${name}" holds no images (JPEG, PNG, TIFF, WebP or BMP); choose a folder of reference photographs.`,
      { subject: name },
    )
  const table = rule === undefined || rule === 'csv' ? await chooseTable(files, rule === 'csv', readCsv) : null
  const chosen = rule ?? guessRule(files, table?.named ?? null)
  if (chosen === 'csv' && table) return fromTable(files, table)
  const subject = chosen === 'folder' ? subjectOfFolder : subjectOfName
  return {
    rule: chosen,
    items: images.map((image) => item(files, image, subject(image.relativePath))),
    leftOut: skippedItems(files),
  }
}

interface Table {
  readonly fileName: string
  readonly named: readonly NamedFile[]
}
const item = (
  files: EnrolFiles,
  image: EnrolFiles['images'][number],
  subject: string,
  externalId = '',
): JobItemInput => ({
  source: files.sourceOf(image),
  fileName: image.relativePath,
  subject: subject.trim().slice(0, NAME_LIMIT) || image.relativePath.slice(0, NAME_LIMIT),
  externalId: externalId.slice(0, NAME_LIMIT),
})
const skippedItems = (files: EnrolFiles): EnrolPlan['leftOut'] =>
  files.skipped.map(({ relativePath, message }) => ({ item: missing(files, relativePath), message }))
const missing = (files: EnrolFiles, relativePath: string, subject = ''): JobItemInput => ({
  source: files.sourceOf({ path: relativePath, relativePath }),
  fileName: relativePath,
  subject: subject.slice(0, NAME_LIMIT) || relativePath.slice(0, NAME_LIMIT),
})

/** The CSV that names most of the images. */
async function chooseTable(
  files: EnrolFiles,
  wanted: boolean,
  readCsv: (path: string) => Promise<Uint8Array>,
): Promise<Table | null> {
  const tables: (Table & { fits: number })[] = []
  let refused: UserFacingError | undefined
  for (const file of files.csv)
    try {
      const named = readNames(await readCsv(file.path), file.relativePath)
      const lookUp = namesByFile(named)
      const fits = files.images.filter((image) => lookUp(image.relativePath)).length
      tables.push({ fileName: file.relativePath, named, fits })
    } catch (error) {
      if (!(error instanceof UserFacingError)) throw error
      refused ??= error
    }
  const [best] = tables.sort((a, b) => b.fits - a.fits)
  if (best && best.fits > 0) return best
  if (!wanted) return null
  if (refused && !best) throw refused
  throw new UserFacingError(
    'invalid-input',
    best
      ? `"${best.fileName}" names none of the images in "${files.name}"; its first column must hold their file names.`
      : `"${files.name}" holds no CSV file; add one with a line per image: file,subject.`,
    { subject: files.name },
  )
}

function fromTable(files: EnrolFiles, table: Table): EnrolPlan {
  const lookUp = namesByFile(table.named)
  const subjects = Map.groupBy(table.named, (row) => fileKey(row.file))
  const used = new Set<string>()
  const items: JobItemInput[] = []
  const leftOut = [...skippedItems(files)]
  for (const image of files.images) {
    const row = lookUp(image.relativePath)
    const wanted = item(files, image, row?.subject ?? subjectOfName(image.relativePath), row?.externalId)
    const names = row ? [...new Set(subjects.get(fileKey(row.file))!.map((each) => each.subject))] : []
    if (row) used.add(fileKey(row.file))
    if (names.length === 1) items.push(wanted)
    else leftOut.push({ item: wanted, message: row ? named(table, names) : unnamed(table) })
  }
  for (const [key, rows] of subjects)
    if (!used.has(key))
      leftOut.push({
        item: missing(files, rows[0]!.file.slice(0, 1000), rows[0]!.subject),
        message: `"${table.fileName}" names this file, but it is not in the folder.`,
      })
  return { rule: 'csv', items, leftOut }
}
const unnamed = (table: Table): string => `"${table.fileName}" has no line for this file; it was left out.`
const named = (table: Table, names: readonly string[]): string =>
  `"${table.fileName}" gives this file to several subjects (${names.map((name) => `"${name}"`).join(', ')}); it was left out until one is chosen.`
