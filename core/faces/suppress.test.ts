// Many looks at one face become one face; faces side by side stay apart.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { iou, type Detection } from './geometry.ts'
import { join, PART_OF_FACE, SAME_FACE_IOU, suppress } from './suppress.ts'

const face = (x: number, y: number, size: number, score: number, shift = 0): Detection => ({
  box: { x, y, width: size, height: size },
  points: [
    { x: x + 0.3 * size + shift, y: y + 0.4 * size },
    { x: x + 0.7 * size + shift, y: y + 0.4 * size },
    { x: x + 0.5 * size + shift, y: y + 0.6 * size },
    { x: x + 0.35 * size + shift, y: y + 0.8 * size },
    { x: x + 0.65 * size + shift, y: y + 0.8 * size },
  ],
  score,
})

describe('suppress', () => {
  test('keeps the strongest of overlapping looks and every face that stands apart', () => {
    const strong = face(0, 0, 100, 0.9)
    const apart = face(70, 0, 100, 0.6) // IoU 0.18
    expect(suppress([face(8, 0, 100, 0.8), apart, strong])).toEqual([strong, apart])
  })

  test('drops a part seen within a stronger face, however small', () => {
    expect(suppress([face(0, 0, 100, 0.9), face(30, 30, 20, 0.7)])).toHaveLength(1)
    expect(suppress([face(0, 0, 100, 0.7), face(30, 30, 20, 0.9)])).toHaveLength(1)
  })

  test('leaves no two that are one face, loses none that no other explains, in any order', () => {
    const any = fc.tuple(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 8, max: 90 }),
    )
    fc.assert(
      fc.property(fc.array(any, { maxLength: 25 }), (places) => {
        const all = places.map(([x, y, size], k) => face(x, y, size, 1 - k / 100))
        const kept = suppress(all)
        for (const a of kept)
          for (const b of kept) if (a !== b) expect(iou(a.box, b.box)).toBeLessThanOrEqual(SAME_FACE_IOU)
        for (const lost of all.filter((d) => !kept.includes(d)))
          expect(suppress([...kept.filter((k) => k.score > lost.score), lost])).not.toContain(lost)
        expect(suppress(all.toReversed())).toEqual(kept)
      }),
    )
    expect(PART_OF_FACE).toBeLessThan(1)
  })
})

describe('join', () => {
  test('places the points at the mean of the looks that agree, weighted by score^4, and keeps the strongest box', () => {
    const [joined, ...others] = join([face(0, 0, 100, 1), face(0, 0, 100, 0.5, 17), face(40, 0, 100, 0.4, 500)])
    expect(others).toEqual([])
    expect(joined!.box.x).toBe(0)
    expect(joined!.points[0].x).toBeCloseTo(30 + (17 * 0.5 ** 4) / (1 + 0.5 ** 4), 9)
  })
})
