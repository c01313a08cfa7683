// Tables as spreadsheets write them: separators, quotes, byte order marks.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeText, parseCsv } from './csv.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

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
