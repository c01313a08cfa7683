// Tables of files and subjects: with and without headers, in any order.
import { describe, expect, test } from 'vitest'
import { readNames } from './csv.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const names = (text: string): string[] => readNames(bytes(text), 't.csv').map((n) => `${n.file}=${n.subject}`)

describe('readNames', () => {
  test('reads a table without a header', () => {
    expect(names('a.jpg,Anna\nb.jpg,Bo\n')).toEqual(['a.jpg=Anna', 'b.jpg=Bo'])
  })
  test('knows a header, whatever the order of its columns', () => {
    expect(names('Subject;ID;File\nAnna;7;a.jpg')).toEqual(['a.jpg=Anna'])
    expect(readNames(bytes('Subject;ID;File\nAnna;7;a.jpg'), 't.csv')[0]!.externalId).toBe('7')
  })
  test('keeps separators and quotes inside names', () => {
    expect(names('"a, b.jpg","Berg, ""Anna"""')).toEqual(['a, b.jpg=Berg, "Anna"'])
  })
  test('chooses the separator that gives most rows two fields', () => {
    expect(names('a.jpg;Berg, Anna\nb.jpg;Bo')).toEqual(['a.jpg=Berg, Anna', 'b.jpg=Bo'])
  })
  test('the external id stands in for a missing name', () => {
    expect(names('file,name,id\na.jpg,,77')).toEqual(['a.jpg=77'])
  })
  test('refuses a table without one usable row', () => {
    expect(() => names('only one column\nper line')).toThrow(/"t.csv" has no row with a file and a subject/)
    expect(() => names('')).toThrow(/no row/)
  })
})
