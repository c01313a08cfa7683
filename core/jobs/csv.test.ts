// Tables as spreadsheets write them: separators, quotes, byte order marks, headers in any order.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeText, parseCsv, readNames } from './csv.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const names = (text: string): string[] => readNames(bytes(text), 't.csv').map((n) => `${n.file}=${n.subject}`)

describe('parseCsv', () => {
  test('gives back what was quoted, whatever the fields hold', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', ';', '\n', '\r', ' ', '👤') })
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 8 }), (rows) => {
        const text = rows.map((row) => row.map((f) => `"${f.replaceAll('"', '""')}"`).join(',')).join('\r\n')
        expect(parseCsv(text, ',')).toEqual(rows.filter((row) => row.some((f) => f !== '')))
      }),
    )
  })
  test.each(['\n', '\r\n', '\r'])('ends lines at %j and drops empty ones', (end) => {
    expect(parseCsv(`a,b${end}${end}c,${end}`, ',')).toEqual([
      ['a', 'b'],
      ['c', ''],
    ])
  })
  test('an unclosed quote takes the rest, and nothing hangs', () => {
    expect(parseCsv('a,"b\nc', ',')).toEqual([['a', 'b\nc']])
  })
  test('never throws and never loops, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseCsv(text, ';')))
  })
})

describe('decodeText', () => {
  test('UTF-8 with a mark, Windows-1252, and UTF-16 give the same text', () => {
    expect(decodeText(bytes('\ufeffJürgen'))).toBe('Jürgen')
    expect(decodeText(Buffer.from('Jürgen', 'latin1'))).toBe('Jürgen')
    expect(decodeText(Buffer.from('\ufeffJürgen', 'utf16le'))).toBe('Jürgen')
  })
})

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
