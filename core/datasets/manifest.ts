// A CSV that says who each file of a folder shows: `file,identity[,index,split,camera,distance]`.
import { readFile, stat } from 'node:fs/promises'
import { decodeText, parseCsv } from '../base/csv.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { Problem, Sample } from './types.ts'
import { compare, type FoundFile } from './walk.ts'

const MAX_BYTES = 64 * 1024 * 1024
const MAX_FIELD = 500
const HEADERS = {
  file: ['file', 'filename', 'path', 'image'],
  identity: ['identity', 'subject', 'name', 'person', 'label', 'id'],
  index: ['index', 'number'],
  split: ['split', 'set', 'subset', 'part'],
  camera: ['camera', 'cam'],
  distance: ['distance'],
} as const
type Column = keyof typeof HEADERS
type Columns = Record<Column, number>

export interface Row extends Sample {
  readonly line: number
}

/** One spelling of a path: composed letters, `/`, no leading `./`. */
const fileKey = (file: string): string =>
  file
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')

const columnsOf = (header: readonly string[]): Columns => {
  const titles = header.map((title) => title.toLowerCase())
  const find = (names: readonly string[]): number => titles.findIndex((title) => names.includes(title))
  return Object.fromEntries(Object.entries(HEADERS).map(([key, names]) => [key, find(names)])) as Columns
}

/** Whether a table's first line names a file and an identity; reads at most its first 64 KB. */
export async function isManifest(table: FoundFile): Promise<boolean> {
  const text = decodeText(await readTable(table)).slice(0, 65_536)
  const head = text.split(/[\r\n]/, 1)[0] ?? ''
  return [',', ';', '\t'].some((separator) => {
    const { file, identity } = columnsOf(parseCsv(head, separator)[0] ?? [])
    return file >= 0 && identity >= 0
  })
}

async function readTable(table: FoundFile): Promise<Uint8Array> {
  const { size } = await stat(table.path)
  if (size > MAX_BYTES)
    throw new UserFacingError('too-large', `"${table.name}" has more than 64 MB; split the table.`, {
      subject: table.name,
    })
  return readFile(table.path)
}

/** The samples of a table, sorted by file. Rows without a file or an identity, or with one too long, are problems. */
export function readManifest(bytes: Uint8Array, name: string): { rows: Row[]; problems: Problem[] } {
  const text = decodeText(bytes)
  const head = text.split(/[\r\n]/, 1)[0] ?? ''
  const separator = [',', ';', '\t'].find((s) => {
    const { file, identity } = columnsOf(parseCsv(head, s)[0] ?? [])
    return file >= 0 && identity >= 0
  })
  if (separator === undefined)
    throw new UserFacingError(
      'unreadable-file',
      `"${name}", line 1: the header should name the columns, at least file and identity ("file,identity").`,
      { subject: name },
    )
  const [header, ...table] = parseCsv(text, separator)
  const at = columnsOf(header!)
  const problems: Problem[] = []
  const rows = table.flatMap((fields, i): Row[] => {
    const line = i + 2
    const field = (column: Column): string => (at[column] < 0 ? '' : (fields[at[column]] ?? '').normalize('NFC'))
    const [file, identity] = [fileKey(field('file')), field('identity')]
    if (file === '' || identity === '' || fields.some((f) => f.length > MAX_FIELD)) {
      problems.push({ name: `${name}, row ${line}`, reason: 'It lacks a file or an identity, or is too long.' })
      return []
    }
    const extra = (['split', 'camera', 'distance'] as const).flatMap((key) => (field(key) ? [[key, field(key)]] : []))
    const index = /^\d{1,9}$/.test(field('index')) ? { index: Number(field('index')) } : {}
    return [{ line, identity, name: file, ...index, ...Object.fromEntries(extra) }]
  })
  return { rows: rows.sort((a, b) => compare(a.name, b.name)), problems }
}

/**
 * Joins a table with the files that are really below its folder: nothing outside it can be named.
 * @returns samples with their files, in the order of their names
 */
export async function withFiles(
  table: FoundFile,
  images: readonly FoundFile[],
): Promise<{ samples: Sample[]; files: FoundFile[]; problems: Problem[] }> {
  const { rows, problems } = readManifest(await readTable(table), table.name)
  const known = new Map(images.map((file) => [file.name, file]))
  const seen = new Set<string>()
  const samples: Sample[] = []
  const files: FoundFile[] = []
  for (const { line, ...sample } of rows) {
    const file = known.get(sample.name)
    if (!file || seen.has(sample.name)) {
      const reason = file ? 'It is listed before; the first row counts.' : `Row ${line} names it, but it is not there.`
      problems.push({ name: sample.name, reason })
      continue
    }
    seen.add(sample.name)
    samples.push(sample)
    files.push(file)
  }
  return { samples, files, problems }
}
