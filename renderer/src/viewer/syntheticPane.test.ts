// Native, bicubic and hallucinated pictures under one camera: the same point of the face at the same place.
import { describe, expect, it } from 'vitest'
import { planeOf } from './syntheticPane.ts'

const answer = (side: number, region: { x: number; y: number; width: number; height: number }) => ({
  width: side,
  height: side,
  data: new Uint8Array(side * side * 4),
  region,
})

describe('the plane of a hallucination', () => {
  it('keeps the original’s pixels on whole coordinates, one unit each', () =>
    expect(planeOf('native', answer(22, { x: 30.4, y: 11.8, width: 21, height: 21 }), 20)).toEqual({
      x: 30,
      y: 11,
      width: 22,
      height: 22,
    }))
  it('gives made-up and enlarged faces the size of the pixels they came from, around the same middle', () => {
    // A square of 20 px turned by 45 degrees: its bounds are 28.28 px wide.
    const region = { x: 10, y: 40, width: 20 * Math.SQRT2, height: 20 * Math.SQRT2 }
    for (const [part, side] of [
      ['bicubic', 112],
      ['sample', 448],
      ['spread', 448],
    ] as const) {
      const plane = planeOf(part, answer(side, region), 20)
      expect([plane.width, plane.height]).toEqual([20, 20])
      expect(plane.x + 10).toBeCloseTo(region.x + region.width / 2, 9)
      expect(plane.y + 10).toBeCloseTo(region.y + region.height / 2, 9)
    }
  })
})
