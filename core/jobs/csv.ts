// Reads the `file,subject` tables that come with reference photographs, as spreadsheets really write them.
import { UserFacingError } from '../contract/errors.ts'

/** UTF-8, with or without a byte order mark; what is not UTF-8 is read as Windows-1252; UTF-16 by its mark. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/**
 * Splits a table into rows of fields (RFC 4180: quoted fields may hold separators, line breaks and doubled quotes).
 * Fields are trimmed outside quotes; empty lines are left out.
 */
export function parseCsv(text: string, separator: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  const endRow = (): void => {
    if (row.some((field) => field !== '')) rows.push(row)
    row = []
  }
  const quoted = (): string => {
    let field = ''
    for (at++; at < text.length; at++) {
      if (text[at] !== '"') field += text[at]!
      else if (text[at + 1] === '"') field += text[at++]!
      else break
    }
    at++
    // Whatever stands between the closing quote and the separator is not part of the field.
    while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
    return field
  }
  const plain = (): string => {
    const from = at
    while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
    return text.slice(from, at).trim()
  }
  while (at < text.length) {
    while (text[at] === ' ') at++
    row.push(text[at] === '"' ? quoted() : plain())
    if (text[at] === separator) {
      at++
      if (at === text.length) row.push('')
      continue
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++
    at++
    endRow()
  }
  endRow()
  return rows
}

export interface NamedFile {
  readonly file: string
  readonly subject: string
  readonly externalId: string
}
const HEADERS = {
  file: ['file', 'filename', 'file name', 'file_name', 'path', 'image', 'photo', 'photograph', 'datei', 'bild'],
  subject: ['subject', 'name', 'person', 'identity', 'subject name', 'label', 'person name'],
  externalId: ['id', 'externalid', 'external id', 'external_id', 'subject id', 'subject_id', 'person id', 'reference'],
} as const

/**
 * Files and their subjects from a CSV. The separator (`,` `;` or tab) is the one that gives most rows two fields; the
 * first row is a header where it names a file and a subject column in words, and then columns may come in any order.
 * Without a header: file, subject, and optionally an external id.
 * @throws UserFacingError 'unreadable-file' where no row has a file and a subject
 */
export function readNames(bytes: Uint8Array, fileName: string): NamedFile[] {
  const text = decodeText(bytes)
  const [best] = [',', ';', '\t']
    .map((separator) => parseCsv(text, separator))
    .sort((a, b) => b.filter((row) => row.length > 1).length - a.filter((row) => row.length > 1).length)
  const rows = best ?? []
  const titles = (rows[0] ?? []).map((field) => field.toLowerCase())
  const column = (names: readonly string[]): number => titles.findIndex((title) => names.includes(title))
  const found = { file: column(HEADERS.file), subject: column(HEADERS.subject), id: column(HEADERS.externalId) }
  const headed = found.file >= 0 && (found.subject >= 0 || found.id >= 0)
  const at = headed ? found : { file: 0, subject: 1, id: 2 }
  const named = (headed ? rows.slice(1) : rows).flatMap((row): NamedFile[] => {
    const externalId = row[at.id] ?? ''
    const subject = (row[at.subject] ?? '') || externalId
    const file = row[at.file] ?? ''
    return file && subject ? [{ file, subject, externalId }] : []
  })
  if (named.length === 0)
    throw new UserFacingError(
      'unreadable-file',
      `"${fileName}" has no row with a file and a subject; write one line per file: file,subject.`,
      { subject: fileName },
    )
  return named
}
