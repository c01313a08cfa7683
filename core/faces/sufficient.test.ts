// What keeps a face from having a template, said in a sentence; and nothing else does.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blank, type Image8 } from '../images/pixels.ts'
import { MIN_FACE_PX, whyInsufficient } from './sufficient.ts'
import { expectedPoints } from './tightCrop.ts'
import { mapPoints } from './geometry.ts'

const ramp = (size: number): Image8 => ({
  width: size,
  height: size,
  data: Uint8Array.from({ length: size * size * 3 }, (_, i) => ((i * 37) >> 1) & 255),
})
const image = ramp(60)
const at = (x: number, y: number, size: number) => {
  const points = mapPoints(expectedPoints(ramp(size)), (p) => ({ x: p.x + x, y: p.y + y }))
  return { box: { x, y, width: size, height: size }, points }
}
const why = ({ box, points }: ReturnType<typeof at>, on = image) => whyInsufficient(on, box, points)

describe('a face', () => {
  test('of 7 px or more inside its image, with points apart, is never refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: MIN_FACE_PX, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (size, fx, fy) => {
          expect(why(at(fx * (60 - size), fy * (60 - size), size))).toBeNull()
        },
      ),
    )
  })

  test.each([
    ['is too small', at(10, 10, 6), image, /6 px high; below 7 px/],
    ['lies outside', at(100, 10, 20), image, /outside the image/],
    ['lies mostly outside', at(50, 50, 20), image, /outside the image/],
    ['has its points outside', { ...at(10, 10, 20), points: at(90, 10, 20).points }, image, /points lie outside/],
    ['has its points in one place', { ...at(10, 10, 20), points: at(15, 15, 0.4).points }, image, /close together/],
    ['shows nothing', at(10, 10, 20), blank(60, 60, [90, 91, 90]), /no content/],
  ])('that %s is refused with that reason', (_, face, on, reason) => {
    expect(why(face, on)).toMatch(reason)
  })
})
