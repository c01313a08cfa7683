// Reads the `file,subject` tables that come with reference photographs.
import { decodeText, parseCsv } from '../base/csv.ts'
import { UserFacingError } from '../contract/errors.ts'

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
