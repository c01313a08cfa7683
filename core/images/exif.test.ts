// EXIF facts from well-formed, strange and hostile blocks.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exifFacts } from './exif.ts'

interface Field {
  tag: number
  type: number
  count: number
  /** The inline value or the offset, as one 32-bit number. */
  value: number
}

/** A TIFF block with one directory at 8 and `tail` after it; big-endian. */
function block(fields: Field[], tail: number[] = []): Uint8Array {
  const bytes = new Uint8Array(8 + 2 + fields.length * 12 + 4 + tail.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0x4d, 0x4d, 0, 42])
  view.setUint32(4, 8)
  view.setUint16(8, fields.length)
  fields.forEach(({ tag, type, count, value }, k) => {
    view.setUint16(10 + k * 12, tag)
    view.setUint16(12 + k * 12, type)
    view.setUint32(14 + k * 12, count)
    view.setUint32(18 + k * 12, value)
  })
  bytes.set(tail, bytes.length - tail.length)
  return bytes
}
const ascii = (text: string) => [...new TextEncoder().encode(text)]
const [MODEL, MAKE, ORIENTATION, X_RESOLUTION, EXIF, GPS] = [0x110, 0x10f, 0x112, 0x11a, 0x8769, 0x8825]

describe('well-formed', () => {
  test('texts, numbers and fractions under their names', () => {
    const tail = [...ascii('Überwachung 7\0'), 0, 0, 0, 72, 0, 0, 0, 5]
    const at = 8 + 2 + 3 * 12 + 4
    const { facts, damaged } = exifFacts(
      block(
        [
          { tag: MODEL, type: 2, count: 15, value: at },
          { tag: ORIENTATION, type: 3, count: 1, value: 6 << 16 },
          { tag: X_RESOLUTION, type: 5, count: 1, value: at + 15 },
        ],
        tail,
      ),
    )
    expect(facts).toEqual({ Model: 'Überwachung 7', Orientation: '6', XResolution: '14.4' })
    expect(damaged).toBe(false)
  })
  test('the same with the "Exif" prefix that JPEG puts before it', () => {
    const plain = block([{ tag: ORIENTATION, type: 3, count: 1, value: 3 << 16 }])
    expect(exifFacts(Uint8Array.from([...ascii('Exif\0\0'), ...plain])).facts).toEqual({ Orientation: '3' })
  })
  test('unknown tags keep their number', () => {
    expect(exifFacts(block([{ tag: 0xc123, type: 4, count: 1, value: 7 }])).facts).toEqual({ Tag49443: '7' })
  })
})

describe('strange and hostile', () => {
  test('values outside the block are left out and said to be damaged', () => {
    const { facts, damaged } = exifFacts(block([{ tag: MODEL, type: 2, count: 4_000_000_000, value: 4_000_000_000 }]))
    expect(facts).toEqual({})
    expect(damaged).toBe(true)
  })
  test('control and direction characters cannot reach the screen', () => {
    const { facts } = exifFacts(block([{ tag: MAKE, type: 2, count: 8, value: 26 }], ascii('a\n\u202eb\0\0')))
    expect(facts['Make']).toBe('a\ufffd\ufffdb')
  })
  test('directories that point at each other or at themselves end', () => {
    const loop = block([
      { tag: EXIF, type: 4, count: 1, value: 8 },
      { tag: GPS, type: 4, count: 1, value: 8 },
    ])
    expect(exifFacts(loop)).toEqual({ facts: {}, damaged: false })
  })
  test('thousands of fields that all claim the same huge array stay small', () => {
    const many = Array.from({ length: 5000 }, (_, k) => ({ tag: 0xa000 + k, type: 1, count: 60_000, value: 8 }))
    const started = performance.now()
    const { facts } = exifFacts(block(many))
    expect(Object.keys(facts).length).toBeLessThanOrEqual(300)
    expect(JSON.stringify(facts).length).toBeLessThan(100_000)
    expect(performance.now() - started).toBeLessThan(1000)
  })
  test('any bytes: facts that are texts, never an exception', () => {
    const start = fc.constantFrom([0x4d, 0x4d, 0, 42, 0, 0, 0, 8], [0x49, 0x49, 42, 0, 8, 0, 0, 0], [])
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (head, rest) => {
        const { facts } = exifFacts(Uint8Array.from([...head, ...rest]))
        expect(Object.values(facts).every((value) => typeof value === 'string' && value.length <= 1000)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
