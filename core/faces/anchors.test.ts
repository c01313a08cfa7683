// RetinaFace's maps become the faces they describe: golden vectors worked out by hand from the paper's equations.
import { describe, expect, test } from 'vitest'
import { decodeStride, type StrideMaps } from './anchors.ts'

/** Stride 16 has two anchors, 128 and 64 px wide; a map of 2 x 3 cells with one face on one of them. */
function maps(anchor: 0 | 1, row: number, column: number, change: Partial<Record<'box' | 'points', number[]>> = {}) {
  const cells = 6
  const cell = row * 3 + column
  const out: StrideMaps = {
    scores: new Float32Array(4 * cells),
    boxes: new Float32Array(8 * cells),
    points: new Float32Array(20 * cells),
    rows: 2,
    columns: 3,
  }
  out.scores[anchor * cells + cell] = 0.99 // "not a face": must not count
  out.scores[(2 + anchor) * cells + cell] = 0.75
  change.box?.forEach((value, k) => (out.boxes[(anchor * 4 + k) * cells + cell] = value))
  change.points?.forEach((value, k) => (out.points[(anchor * 10 + k) * cells + cell] = value))
  return out
}

describe('a map cell', () => {
  test('with no offsets is its anchor, centred half a base anchor (8 px) into the cell', () => {
    const [face, ...others] = decodeStride(maps(1, 1, 2), 16, 0.5, 0.2)
    expect(others).toEqual([])
    // column 2 x 16 + 8 = 40, row 1 x 16 + 8 = 24
    expect(face).toEqual({
      box: { x: 8, y: -8, width: 64, height: 64 },
      points: Array.from({ length: 5 }, () => ({ x: 40, y: 24 })),
      score: 0.75,
    })
  })

  test('moves its box by anchor widths, stretches it by exp, and moves its points by widths x landmark scale', () => {
    const change = { box: [0.25, -0.125, Math.log(0.5), Math.log(2)], points: [-1, -2, 1, -2, 0, 0, -1, 2, 1, 2] }
    const [face] = decodeStride(maps(0, 0, 1, change), 16, 0.5, 0.2)
    // anchor 128 px at (24, 8): centre (24 + 32, 8 - 16), 64 x 256
    expect(face!.box.x).toBeCloseTo(24, 4)
    expect(face!.box.y).toBeCloseTo(-136, 4)
    expect(face!.box.width).toBeCloseTo(64, 4)
    expect(face!.box.height).toBeCloseTo(256, 4)
    const [left, , nose, , right] = face!.points
    expect(left).toEqual({ x: 24 - 25.6, y: 8 - 51.2 })
    expect(nose).toEqual({ x: 24, y: 8 })
    expect(right).toEqual({ x: 24 + 25.6, y: 8 + 51.2 })
  })

  test('below the threshold, or with numbers that are none, is no face', () => {
    expect(decodeStride(maps(0, 0, 0), 16, 0.76, 0.2)).toEqual([])
    expect(decodeStride(maps(0, 0, 0, { box: [NaN, 0, 0, 0] }), 16, 0.5, 0.2)).toEqual([])
    expect(decodeStride(maps(0, 0, 0, { points: [Infinity] }), 16, 0.5, 0.2)).toEqual([])
  })

  test('that asks for an endless face gets a finite one', () => {
    const [face] = decodeStride(maps(0, 0, 0, { box: [0, 0, 1e9, 0] }), 16, 0.5, 0.2)
    expect(face!.box.width).toBeCloseTo(128_000, -2)
  })
})
