// Copies of regions and channels.
import { expect, test } from 'vitest'
import { blank, crop, fromRgba, toRgba, wholeRegion } from './pixels.ts'
import { noise, picture } from './testPatterns.ts'

const numbered = picture(4, 3, (x, y) => [y * 4 + x, 0, 0])
const reds = (image: { data: Uint8Array }) => [...image.data].filter((_, i) => i % 3 === 0)

test('a region inside', () => {
  expect(reds(crop(numbered, { x: 1, y: 1, width: 2, height: 2 }))).toEqual([5, 6, 9, 10])
})
test('what lies outside is filled', () => {
  const out = crop(numbered, { x: -1, y: 2, width: 3, height: 2 }, [7, 8, 9])
  expect(reds(out)).toEqual([7, 8, 9, 7, 7, 7])
  expect(crop(numbered, { x: 50, y: 0, width: 1, height: 1 })).toEqual(blank(1, 1))
})
test('fractions are widened to whole pixels', () => {
  expect(wholeRegion({ x: 1.5, y: -0.5, width: 1, height: 0.2 })).toEqual({ x: 1, y: -1, width: 2, height: 1 })
  expect(wholeRegion({ x: 2, y: 2, width: 3, height: 1 })).toEqual({ x: 2, y: 2, width: 3, height: 1 })
})
test('alpha is added opaque and taken off again', () => {
  const image = noise(5, 4)
  expect(toRgba(image).data[3]).toBe(255)
  expect(fromRgba(toRgba(image))).toEqual(image)
})
