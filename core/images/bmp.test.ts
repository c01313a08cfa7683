// Windows bitmaps of every depth, upright and upside down, whole and damaged.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import { decodeBmp } from './bmp.ts'

interface Made {
  width: number
  height: number
  bits: number
  /** Rows as they stand in the file, unpadded. */
  rows: number[][]
  palette?: [number, number, number][]
  compression?: number
  masks?: number[]
  headerSize?: number
}

/** Writes a bitmap by the book: file header, BITMAPINFOHEADER (or longer), masks, palette, padded rows. */
function bitmap({
  width,
  height,
  bits,
  rows,
  palette = [],
  compression = 0,
  masks = [],
  headerSize = 40,
}: Made): Uint8Array {
  const stride = Math.ceil((width * bits) / 32) * 4
  const entry = headerSize === 12 ? 3 : 4
  const tables = (headerSize === 40 ? masks.length * 4 : 0) + palette.length * entry
  const offset = 14 + headerSize + tables
  const bytes = new Uint8Array(offset + stride * rows.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0x42, 0x4d])
  view.setUint32(2, bytes.length, true)
  view.setUint32(10, offset, true)
  view.setUint32(14, headerSize, true)
  if (headerSize === 12) {
    view.setUint16(18, width, true)
    view.setUint16(20, height, true)
    view.setUint16(22, 1, true)
    view.setUint16(24, bits, true)
  } else {
    view.setInt32(18, width, true)
    view.setInt32(22, height, true)
    view.setUint16(26, 1, true)
    view.setUint16(28, bits, true)
    view.setUint32(30, compression, true)
    view.setUint32(46, palette.length, true)
    masks.forEach((mask, k) => view.setUint32(54 + 4 * k, mask, true))
  }
  palette.forEach(([r, g, b], k) => bytes.set([b, g, r], offset - palette.length * entry + k * entry))
  rows.forEach((row, y) => bytes.set(row, offset + y * stride))
  return bytes
}
const rgb = (bytes: Uint8Array) => {
  const { rgba } = decodeBmp(bytes, '“x.bmp”')
  return Array.from({ length: rgba.length / 4 }, (_, k) => [...rgba.subarray(k * 4, k * 4 + 3)].join(' '))
}
const colours: [number, number, number][] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [9, 8, 7],
]
const [red, green, blue, dark] = ['255 0 0', '0 255 0', '0 0 255', '9 8 7']

describe('depths, bottom row first', () => {
  test('1 bit', () => {
    const bytes = bitmap({
      width: 10,
      height: 2,
      bits: 1,
      palette: colours.slice(0, 2),
      rows: [
        [0b01010101, 0b01000000],
        [0xff, 0xc0],
      ],
    })
    expect(rgb(bytes).slice(0, 10)).toEqual(Array(10).fill(green))
    expect(rgb(bytes).slice(10)).toEqual([red, green, red, green, red, green, red, green, red, green])
  })
  test('4 bits', () => {
    expect(rgb(bitmap({ width: 3, height: 1, bits: 4, palette: colours, rows: [[0x23, 0x10]] }))).toEqual([
      blue,
      dark,
      green,
    ])
  })
  test('8 bits; an index beyond the palette takes its last colour', () => {
    expect(rgb(bitmap({ width: 3, height: 1, bits: 8, palette: colours, rows: [[2, 0, 200]] }))).toEqual([
      blue,
      red,
      dark,
    ])
  })
  test('16 bits: five per channel, or 5-6-5 by bit fields', () => {
    const pixel = (value: number) => [value & 255, value >> 8]
    const rows = [[...pixel(0x7c00), ...pixel(0x03e0)]]
    expect(rgb(bitmap({ width: 2, height: 1, bits: 16, rows }))).toEqual([red, green])
    const fields = [[...pixel(0xf800), ...pixel(0x07e0)]]
    expect(
      rgb(bitmap({ width: 2, height: 1, bits: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f], rows: fields })),
    ).toEqual([red, green])
  })
  test('24 bits with padded rows', () => {
    const rows = [
      [0, 0, 255],
      [7, 8, 9],
    ]
    expect(rgb(bitmap({ width: 1, height: 2, bits: 24, rows }))).toEqual([dark, red])
  })
  test('32 bits: the fourth byte is padding, unless a mask makes it alpha', () => {
    const rows = [[255, 0, 0, 0, 7, 8, 9, 128]]
    expect(rgb(bitmap({ width: 2, height: 1, bits: 32, rows }))).toEqual([blue, dark])
    expect(decodeBmp(bitmap({ width: 2, height: 1, bits: 32, rows }), 'x').opaque).toBe(true)
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000]
    const alpha = decodeBmp(
      bitmap({ width: 2, height: 1, bits: 32, compression: 3, masks, headerSize: 108, rows }),
      'x',
    )
    expect([...alpha.rgba]).toEqual([0, 0, 255, 0, 9, 8, 7, 128])
    expect(alpha.opaque).toBe(false)
  })
})

test('a negative height puts the top row first', () => {
  const rows = [
    [0, 0, 255],
    [7, 8, 9],
  ]
  expect(rgb(bitmap({ width: 1, height: -2, bits: 24, rows }))).toEqual([red, dark])
})
test('the short OS/2 header with three-byte palette entries', () => {
  expect(rgb(bitmap({ width: 2, height: 1, bits: 8, headerSize: 12, palette: colours, rows: [[1, 3]] }))).toEqual([
    green,
    dark,
  ])
})

describe('refused in words', () => {
  const good = bitmap({ width: 4, height: 4, bits: 24, rows: Array(4).fill([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) })
  const changed = (change: (view: DataView) => void) => {
    const copy = good.slice()
    change(new DataView(copy.buffer))
    return () => decodeBmp(copy, '“x.bmp”')
  }
  test('truncated', () => {
    expect(() => decodeBmp(good.subarray(0, good.length - 13), '“x.bmp”')).toThrow(/truncated.*2 of 4 rows/)
    expect(() => decodeBmp(good.subarray(0, 20), '“x.bmp”')).toThrow(/ends inside its header/)
    const short = good.slice(0, 27)
    short[14] = 0 // a header that says it has no length at all
    expect(() => decodeBmp(short, '“x.bmp”')).toThrow(/ends inside its header/)
  })
  test('compressed', () => {
    expect(changed((v) => v.setUint32(30, 1, true))).toThrow(/run-length \(RLE8\) compression/)
    expect(changed((v) => v.setUint32(30, 4, true))).toThrow(/JPEG compression/)
    expect(changed((v) => v.setUint32(30, 77, true))).toThrow(/unknown compression/)
  })
  test('too large, before anything is allocated', () => {
    expect(changed((v) => (v.setInt32(18, 40_000, true), v.setInt32(22, 40_000, true)))).toThrow(/40,000 x 40,000 px/)
    expect(changed((v) => v.setInt32(22, -0x80000000, true))).toThrow(UserFacingError)
  })
  test('impossible', () => {
    expect(changed((v) => v.setInt32(18, 0, true))).toThrow(/no picture/)
    expect(changed((v) => v.setInt32(18, -4, true))).toThrow(/no picture/)
    expect(changed((v) => v.setUint16(28, 7, true))).toThrow(/7 bits per pixel/)
    expect(changed((v) => v.setUint32(10, 1e9, true))).toThrow(/outside the file/)
  })
})

test('whatever bytes come: pixels or a sentence', () => {
  const good = bitmap({ width: 5, height: 3, bits: 4, palette: colours, rows: Array(3).fill([0x01, 0x23, 0x10]) })
  const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(good.length), (changes, length) => {
      const bytes = good.slice()
      for (const [at, value] of changes) bytes[at] = value
      try {
        const { width, height, rgba } = decodeBmp(length % 3 === 0 ? bytes.subarray(0, length) : bytes, 'x')
        expect(rgba).toHaveLength(width * height * 4)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(UserFacingError)
      }
    }),
    { numRuns: 500 },
  )
})
