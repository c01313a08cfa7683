// Views are cut from the original's own pixels, within the image and within what a screen can take.
import { expect, test } from 'vitest'
import { blank } from '../images/pixels.ts'
import { view } from './view.ts'

/** Each pixel's red is its column, green its row. */
function grid(width: number, height: number) {
  const image = blank(width, height)
  for (let i = 0; i < width * height; i++) image.data.set([i % width, Math.floor(i / width), 0], i * 3)
  return image
}

test('a region at scale 1 is the untouched pixels, clipped to the image', () => {
  const shown = view(grid(20, 10), { kind: 'region', region: { x: -3.5, y: 2.2, width: 6, height: 3 }, scale: 1 }, null)
  expect([shown.width, shown.height, shown.scale]).toEqual([3, 4, 1])
  expect(shown.region).toEqual({ x: 0, y: 2, width: 3, height: 4 })
  expect([...shown.data.subarray(4, 8)]).toEqual([1, 2, 0, 255])
})
test('a region at scale 4 is four times as large', () => {
  const shown = view(grid(20, 10), { kind: 'region', region: { x: 1, y: 1, width: 5, height: 5 }, scale: 4 }, null)
  expect([shown.width, shown.height, shown.scale]).toEqual([20, 20, 4])
})
test('an enlargement that no screen can take is made smaller, and says so', () => {
  const shown = view(
    blank(3000, 2),
    { kind: 'region', region: { x: 0, y: 0, width: 3000, height: 2 }, scale: 32 },
    null,
  )
  expect([shown.width, shown.scale]).toEqual([6000, 2])
})
test('the whole is reduced to the side asked for, never enlarged', () => {
  expect(view(grid(200, 100), { kind: 'whole', maxSide: 50 }, null)).toMatchObject({
    width: 50,
    height: 25,
    scale: 0.25,
  })
  expect(view(grid(20, 10), { kind: 'whole', maxSide: 50 }, null)).toMatchObject({ width: 20, height: 10, scale: 1 })
})
test('says so where there is nothing to show', () => {
  const outside = { x: 50, y: 0, width: 5, height: 5 }
  expect(() => view(grid(20, 10), { kind: 'region', region: outside, scale: 1 }, null)).toThrow(/outside the image/)
  const points = Array.from({ length: 5 }, () => ({ x: 1, y: 1 })) as never
  expect(() => view(grid(20, 10), { kind: 'aligned', points }, null)).toThrow(/No recogniser is in use/)
})
