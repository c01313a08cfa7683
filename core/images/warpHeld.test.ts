// A picture that is moved by whole pixels keeps them, and its edge is held where it has moved away.
import { expect, it } from 'vitest'
import { texture } from './testPatterns.ts'
import { warpHeld } from './warpHeld.ts'

const picture = texture(20, 16)
const at = (data: Uint8Array, x: number, y: number): number[] => [
  ...data.subarray((y * 20 + x) * 3, (y * 20 + x) * 3 + 3),
]

it('the identity changes nothing', () => expect(warpHeld(picture, [1, 0, 0, 0, 1, 0])).toEqual(picture))
it('three to the right and two down', () => {
  const { data } = warpHeld(picture, [1, 0, -3, 0, 1, -2])
  for (const [x, y] of [
    [3, 2],
    [10, 9],
    [19, 15],
  ] as const)
    expect(at(data, x, y)).toEqual(at(picture.data, x - 3, y - 2))
  expect(at(data, 0, 9)).toEqual(at(picture.data, 0, 7))
})
it('half a pixel is the mean of two', () => {
  const { data } = warpHeld(picture, [1, 0, 0.5, 0, 1, 0])
  const [a, b] = [at(picture.data, 4, 5), at(picture.data, 5, 5)]
  expect(at(data, 4, 5)).toEqual(a.map((value, k) => Math.round((value + b[k]!) / 2)))
})
