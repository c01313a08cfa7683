// Half precision is exactly IEEE 754's, in both directions.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromHalf, toHalf } from './half.ts'

const known: [number, number][] = [
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [1 / 3, 0x3555],
  [Infinity, 0x7c00],
]
it.each(known)('%d is written and read back', (value, bits) => {
  expect(toHalf(value)).toBe(bits)
  if (value !== 1 / 3) expect(fromHalf(bits)).toBe(value)
})

it('rounds ties to even, and too large numbers to infinity', () => {
  expect(toHalf(1 + 2 ** -11)).toBe(0x3c00)
  expect(toHalf(1 + 3 * 2 ** -11)).toBe(0x3c02)
  expect(toHalf(65519)).toBe(0x7bff)
  expect(toHalf(65520)).toBe(0x7c00)
  expect(toHalf(2 ** -25)).toBe(0)
  expect(Number.isNaN(fromHalf(toHalf(NaN)))).toBe(true)
})

it('every half survives the way through a number', () => {
  const changed = Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
    (bits) => !Number.isNaN(fromHalf(bits)) && toHalf(fromHalf(bits)) !== bits,
  )
  expect(changed).toEqual([])
})

it('rounds to the nearest half: error at most 2^-11 of the value in the normal range', () => {
  fc.assert(
    fc.property(fc.double({ min: 6.2e-5, max: 65504, noNaN: true }), (x) => {
      expect(Math.abs(fromHalf(toHalf(x)) - x)).toBeLessThanOrEqual(Math.fround(x) * 2 ** -11 * (1 + 1e-6))
    }),
  )
})
