// Resized pictures equal Pillow's bit for bit; hashes and bytes below were made with Pillow 12.3.0 from `pattern`.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blank } from './pixels.ts'
import { lowResolutionCopy, resize, resizeFloat, type ImageFloat, type Kernel } from './resample.ts'
import { noise, pattern } from './testPatterns.ts'

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')
const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

describe('equal to Pillow', () => {
  test('byte for byte', () => {
    expect(hex(resize(pattern(5, 4), 3, 2, 'bicubic').data)).toBe('31889071865c707eaba5c3506e926a4eaa7b')
    expect(hex(resize(pattern(5, 4), 3, 2, 'bilinear').data)).toBe('398c8c7086636d82a69abf556d936855a87d')
    expect(hex(resize(pattern(2, 3), 4, 4, 'bicubic').data)).toBe(
      '004d9f0356ac1669c61e71d21d6fe4277aba3d9068489b454ea1a45caf7e77ca3086d91170c30780d31b9ff243b0ff56',
    )
  })
  test.each<[number, number, number, number, Kernel, string]>([
    [112, 112, 7, 7, 'bicubic', '7913970ea8580d4b70e27f53dd4647c2669231e7a9e829249ed13be8cac6fc4f'],
    [112, 112, 14, 14, 'bicubic', '97e12b3411d6c0814a8d1d3f964d70e07510d8f6c51c4d333f73331c88b452f6'],
    [20, 20, 112, 112, 'bicubic', 'fd1ba7e1a901562c9544a0854a871f698809241743f0b226ee2832287a4f89f9'],
    [250, 250, 112, 112, 'bilinear', '68996d052c5de5551ae5619d28a517da9c0542f733a2234c143b5c937fd89fa4'],
    [301, 199, 150, 150, 'bicubic', '6dc2cf71b00cf978d82db80a7aff1685522726bc38a2b8e8f8cf2fe8330ae1e6'],
    [150, 150, 113, 257, 'bilinear', '2603e9474df7f030583c153d9ece060eaf77d778da18769f7f0c1f05a70ce203'],
    [640, 360, 1280, 720, 'bicubic', '28508e3e1cf9b02907e0260dd05345e2877237e3fa0cf503c6eca48f830f7f25'],
    [64, 48, 64, 20, 'bilinear', 'ee0cf69482419ddafe9279789c9fb7dddc0cc8ca11fb32539c246cd58b979bcf'],
    [64, 48, 20, 48, 'bicubic', '09551fb538c72f55e588c5c17b2e4cc2a57e06decebbc197582aafb5c48e1ed1'],
    [1, 1, 9, 9, 'bicubic', '249555de6e81998009fe48302d892a7781e027fbdd949544fc8dff970b0f38bc'],
    // More than 100 times as high as wide: Pillow shrinks it vertically first.
    [3, 400, 50, 40, 'bicubic', '0b42535445f20ef209bbdad43ab4d3c65800debcd3d5984b65de4fdb56cf6c6e'],
  ])('%i x %i to %i x %i, %s', (width, height, toWidth, toHeight, kernel, wanted) => {
    expect(hash(resize(pattern(width, height), toWidth, toHeight, kernel).data)).toBe(wanted)
  })
  test.each([
    [7, '58caecf9d29888a6ddd5bb80058f33b793d809d7edaefea236477b7a7f51371f'],
    [14, 'feda32f434568777a13886913ff9941889c8f45fd364c96a35ebbe2de34d8bea'],
    [20, '371ca222aab22a99be0de0d3b29cc430fe9634582fec579adc50808a3862d24f'],
  ])('low-resolution copy of %i px at 112 px', (r, wanted) => {
    expect(hash(lowResolutionCopy(pattern(112, 112), r, 112).data)).toBe(wanted)
  })
})

const size = fc.integer({ min: 1, max: 60 })
const kernel = fc.constantFrom<Kernel>('bicubic', 'bilinear')

test('a picture of one colour stays that colour', () => {
  const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255))
  fc.assert(
    fc.property(size, size, size, size, kernel, colour, (w, h, toW, toH, k, c) => {
      expect(resize(blank(w, h, c), toW, toH, k)).toEqual(blank(toW, toH, c))
    }),
    { numRuns: 100 },
  )
})

test('the same size gives an equal copy that shares no memory', () => {
  const image = noise(9, 7)
  const copy = resize(image, 9, 7, 'bicubic')
  expect(copy).toEqual(image)
  expect(copy.data.buffer).not.toBe(image.data.buffer)
})

const asFloat = ({ width, height, data }: ReturnType<typeof noise>): ImageFloat => ({
  width,
  height,
  channels: 3,
  data: Float32Array.from(data),
})

test('the real-number variant is linear, and rounds to the 8-bit one within the two roundings', () => {
  fc.assert(
    fc.property(size, size, size, size, kernel, fc.integer(), (w, h, toW, toH, k, seed) => {
      const a = noise(w, h, seed)
      const b = noise(w, h, seed ^ 0x5bd1e995)
      const [fa, fb] = [asFloat(a), asFloat(b)]
      const mixed = { ...fa, data: fa.data.map((value, i) => 0.25 * value + 3 * fb.data[i]!) }
      const [ra, rb, rm] = [fa, fb, mixed].map((image) => resizeFloat(image, toW, toH, k).data) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ]
      expect(
        rm.reduce((most, value, i) => Math.max(most, Math.abs(value - (0.25 * ra[i]! + 3 * rb[i]!))), 0),
      ).toBeLessThan(2e-3)
      // The bilinear kernel never leaves 0..255 in between, so only the two roundings of half a level remain.
      if (k === 'bilinear') {
        const eight = resize(a, toW, toH, k).data
        expect(ra.reduce((most, value, i) => Math.max(most, Math.abs(eight[i]! - value)), 0)).toBeLessThan(1.001)
      }
    }),
    { numRuns: 50 },
  )
})

test('without antialiasing a shrunk picture picks pixels instead of averaging them', () => {
  const stripes = { width: 8, height: 1, channels: 1, data: Float32Array.of(0, 0, 0, 255, 0, 0, 0, 255) }
  expect([...resizeFloat(stripes, 2, 1, 'bilinear', false).data]).toEqual([0, 0])
  const averaged = resizeFloat(stripes, 2, 1, 'bilinear').data
  expect(Math.min(...averaged)).toBeGreaterThan(30)
})
