// Registration: eyes on eyes, whatever the candidate photograph's size and tilt.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FivePoints } from '../../../core/contract/common.ts'
import { applied, byBox, onEyes, scaleOf, similarity, upright } from './register.ts'
import { seedPoints } from './seed.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const probe = seedPoints({ x: 300, y: 200, width: 9, height: 11 })
const candidates = fc
  .record({ scale: number(0.5, 60), turn: number(-3, 3), x: number(-999, 999), y: number(-999, 999) })
  .map(({ scale, turn, x, y }) => {
    const place = { a: scale * Math.cos(turn), b: scale * Math.sin(turn), tx: x, ty: y }
    return { scale, points: probe.map((p) => applied(place, p)) as FivePoints }
  })

describe('a candidate over the probe', () => {
  it('has both eyes on the eyes', () => {
    fc.assert(
      fc.property(candidates, ({ points, scale }) => {
        const over = onEyes(points, probe)!
        for (const i of [0, 1] as const) {
          expect(applied(over, points[i]).x).toBeCloseTo(probe[i].x, 6)
          expect(applied(over, points[i]).y).toBeCloseTo(probe[i].y, 6)
        }
        expect(scaleOf(over)).toBeCloseTo(1 / scale, 6)
      }),
    )
  })

  it('is not turned when it stands beside the probe, but has its size', () => {
    fc.assert(
      fc.property(candidates, ({ points, scale }) => {
        const beside = upright(points, probe)!
        expect(beside.b).toBe(0)
        expect(beside.a).toBeCloseTo(1 / scale, 6)
      }),
    )
  })

  it('uses all five points of a profile, where the eyes alone would blow it up', () => {
    const profile = probe.map((p, i) => (i === 1 ? { x: probe[0].x + 0.2, y: probe[0].y } : p)) as FivePoints
    expect(scaleOf(onEyes(profile, probe)!)).toBeLessThan(2)
  })

  it('is refused when the points coincide, and then laid on by its box', () => {
    const none = probe.map(() => ({ x: 5, y: 5 })) as FivePoints
    expect(onEyes(none, probe)).toBeNull()
    const over = byBox({ x: 0, y: 0, width: 200, height: 300 }, { x: 10, y: 10, width: 10, height: 10 }, 0.25)
    expect(applied(over, { x: 100, y: 150 })).toEqual({ x: 15, y: 15 })
    expect(scaleOf(over)).toBe(15 / 300)
  })
})

it('agrees with the five-point alignment to the 112 px template (golden vector)', () => {
  const from = [
    [58.08, 30.59],
    [116.74, 42.72],
    [80.48, 70.18],
    [49.12, 99.36],
    [97.7, 109.41],
  ].map(([x, y]) => ({ x: x!, y: y! }))
  const to = [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
  ].map(([x, y]) => ({ x: x!, y: y! }))
  const found = similarity(from, to)!
  expect(found.a).toBeCloseTo(0.575415203, 6)
  expect(-found.b).toBeCloseTo(0.122301369, 6)
  expect(found.tx).toBeCloseTo(1.132591625, 4)
  expect(found.ty).toBeCloseTo(41.197593389, 4)
})
