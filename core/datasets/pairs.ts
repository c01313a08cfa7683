// Reads verification pairs as LFW's pairs.txt writes them: any number of folds, refused with the line where they are wrong.
import { UserFacingError } from '../contract/errors.ts'

/** One photograph of a person, by the person's name and the running number in its file name. */
export interface Photograph {
  readonly name: string
  readonly index: number
}
export interface Pair {
  readonly a: Photograph
  readonly b: Photograph
  readonly same: boolean
}
export interface Pairs {
  /** In file order: the protocol's thresholds depend on it. */
  readonly folds: readonly (readonly Pair[])[]
}

const MAX_CHARACTERS = 64 * 1024 * 1024
const MAX_PAIRS = 1_000_000
const MAX_NAME = 255
/** Nothing that could leave a folder or forge a line of a report. */
// eslint-disable-next-line no-control-regex -- finding them is the purpose
const UNSAFE = /[/\\\u0000-\u001f\u007f]/

/**
 * First line: number of folds and of pairs per kind and fold, e.g. `10 300` (a single number: one fold). Then, fold by
 * fold, twice as many lines: `name i j` for the same person, `name i other j` for two. Tabs, or blanks where a line has
 * no tab. Empty lines at the end do not count.
 * Source: Huang et al., Labeled Faces in the Wild, 2007, README of view 2.
 * @param file name for the error's sentence
 * @throws UserFacingError 'unreadable-file' with the number of the line
 */
export function readPairs(text: string, file = 'pairs.txt'): Pairs {
  const wrong = (line: number, what: string): UserFacingError =>
    new UserFacingError('unreadable-file', `"${file}", line ${line}: ${what}.`, { subject: file })
  if (text.length > MAX_CHARACTERS) throw wrong(1, 'the file is larger than 64 MB; pairs are read up to that size')
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop()
  const fields = (line: string): string[] =>
    line.includes('\t')
      ? line
          .trimEnd()
          .split('\t')
          .map((field) => field.trim())
      : line.trim().split(/ +/)
  const whole = (field: string, most: number): number | null =>
    /^\d{1,9}$/.test(field) && Number(field) <= most ? Number(field) : null

  const head = fields(lines[0] ?? '').map((field) => whole(field, MAX_PAIRS))
  const [first, second] = head
  if (head.length > 2 || head.some((n) => n === null || n === 0))
    throw wrong(1, 'it should give the number of folds and of pairs per kind, e.g. "10 300"')
  const [count, kind] = head.length === 2 ? [first!, second!] : [1, first!]
  const perFold = 2 * kind
  if (count * perFold > MAX_PAIRS) throw wrong(1, `it announces more than ${MAX_PAIRS} pairs`)
  if (lines.length - 1 !== count * perFold)
    throw wrong(
      Math.min(lines.length, 1 + count * perFold),
      `line 1 announces ${count * perFold} pairs (${count} folds of 2 x ${kind}), but the file has ${lines.length - 1}`,
    )

  const photograph = (name: string, index: string, line: number): Photograph => {
    if (name === '' || name.length > MAX_NAME || name === '.' || name === '..' || UNSAFE.test(name))
      throw wrong(line, 'a name is empty, too long or not a plain file name')
    const number = whole(index, 999_999)
    if (number === null) throw wrong(line, `"${index.slice(0, 40)}" should be the number of a photograph`)
    return { name: name.normalize('NFC'), index: number }
  }
  const pairs = lines.slice(1).map((text, i): Pair => {
    const line = i + 2
    const parts = fields(text)
    if (parts.length !== 3 && parts.length !== 4)
      throw wrong(line, `a pair has three fields (name i j) or four (name i name j), not ${parts.length}`)
    const [name, i1, third, fourth] = parts as [string, string, string, string | undefined]
    return fourth === undefined
      ? { a: photograph(name, i1, line), b: photograph(name, third, line), same: true }
      : { a: photograph(name, i1, line), b: photograph(third, fourth, line), same: false }
  })
  return { folds: Array.from({ length: count }, (_, f) => pairs.slice(f * perFold, (f + 1) * perFold)) }
}

/** Names of everyone in the pairs of these folds (counted from 0; default all), sorted by code units. */
export function identitiesInPairs(pairs: Pairs, folds?: readonly number[]): string[] {
  const wanted = folds === undefined ? pairs.folds : folds.map((f) => foldOf(pairs, f))
  return [...new Set(wanted.flat().flatMap(({ a, b }) => [a.name, b.name]))].sort()
}
function foldOf(pairs: Pairs, fold: number): readonly Pair[] {
  const found = pairs.folds[fold]
  if (!found)
    throw new UserFacingError('invalid-input', `There is no fold ${fold + 1}; the pairs have ${pairs.folds.length}.`)
  return found
}
