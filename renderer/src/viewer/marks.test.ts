// Marks: boxes that cannot be turned inside out, and changes that name only what was changed.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concerns } from './concerns.ts'
import { CORNERS, HANDLES, handlePoint, moved, partLabel, partPoint, samePart, type Part } from './handles.ts'
import {
  boxBetween,
  changeFrom,
  contains,
  interEye,
  onto,
  roundMarks,
  sameMarks,
  SMALLEST_BOX,
  type Marks,
} from './marks.ts'
import { seedPoints } from './seed.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const boxes = fc.record({ x: number(-50, 900), y: number(-50, 900), width: number(2, 300), height: number(2, 300) })
const marksOf = boxes.map((box): Marks => ({ box, points: seedPoints(box) }))
const points = fc.record({ x: number(-100, 1000), y: number(-100, 1000) })
const parts: Part[] = [
  { kind: 'box' },
  ...HANDLES.map((at) => ({ kind: 'handle', at }) as const),
  ...([0, 1, 2, 3, 4] as const).map((index) => ({ kind: 'point', index }) as const),
]
const face: Marks = {
  box: { x: 100, y: 50, width: 10, height: 12 },
  points: seedPoints({ x: 100, y: 50, width: 10, height: 12 }),
}

describe('a box', () => {
  it('is the same whichever corner the drag began at, and never smaller than can be grasped', () => {
    fc.assert(
      fc.property(points, points, (a, b) => {
        expect(boxBetween(a, b)).toEqual(boxBetween(b, a))
        expect(boxBetween(a, b)).toEqual(boxBetween({ x: a.x, y: b.y }, { x: b.x, y: a.y }))
        expect(Math.min(boxBetween(a, b).width, boxBetween(a, b).height)).toBeGreaterThanOrEqual(SMALLEST_BOX)
      }),
    )
  })

  it('keeps its middle on the image', () => {
    expect(onto({ x: -40, y: 95, width: 20, height: 20 }, { width: 200, height: 100 })).toEqual({
      x: -10,
      y: 90,
      width: 20,
      height: 20,
    })
  })
})

describe('moving a part', () => {
  it('moves that part by just so much, and a box stays a box however far an edge is dragged', () => {
    fc.assert(
      fc.property(marksOf, fc.constantFrom(...parts), number(-800, 800), number(-800, 800), (marks, part, dx, dy) => {
        const after = moved(marks, part, dx, dy)
        expect(after.box.width).toBeGreaterThanOrEqual(SMALLEST_BOX - 1e-9)
        expect(after.box.height).toBeGreaterThanOrEqual(SMALLEST_BOX - 1e-9)
        if (part.kind === 'handle') return
        expect(partPoint(after, part).x).toBeCloseTo(partPoint(marks, part).x + dx, 9)
        expect(partPoint(after, part).y).toBeCloseTo(partPoint(marks, part).y + dy, 9)
      }),
    )
  })

  it('leaves the opposite corner where it was', () => {
    fc.assert(
      fc.property(marksOf, fc.constantFrom(0, 1, 2, 3), number(-800, 800), number(-800, 800), (marks, i, dx, dy) => {
        const opposite = CORNERS[(i + 2) % 4]!
        const after = handlePoint(moved(marks, { kind: 'handle', at: CORNERS[i]! }, dx, dy).box, opposite)
        expect(after.x).toBeCloseTo(handlePoint(marks.box, opposite).x, 6)
        expect(after.y).toBeCloseTo(handlePoint(marks.box, opposite).y, 6)
      }),
    )
  })

  it('does not touch the points when the box moves, nor the box when a point moves', () => {
    expect(moved(face, { kind: 'box' }, 3, 4).points).toBe(face.points)
    expect(moved(face, { kind: 'point', index: 2 }, 3, 4).box).toBe(face.box)
  })

  it('tells its parts apart and names them with their coordinates', () => {
    for (const [i, a] of parts.entries()) for (const [j, b] of parts.entries()) expect(samePart(a, b)).toBe(i === j)
    expect(
      partLabel(moved(face, { kind: 'point', index: 0 }, 103 - face.points[0].x, 54.8 - face.points[0].y), {
        kind: 'point',
        index: 0,
      }),
    ).toBe('image-left eye, x 103.00, y 54.80 px')
    expect(partLabel(face, { kind: 'box' })).toBe('box, x 100.00, y 50.00, 10.00 by 12.00 px')
  })
})

describe('what is committed', () => {
  it('names only what was changed, to a hundredth of a pixel', () => {
    expect(changeFrom(face, face)).toEqual({})
    expect(changeFrom(face, moved(face, { kind: 'box' }, 0.001, 0))).toEqual({})
    expect(changeFrom(face, moved(face, { kind: 'box' }, 0.126, 0))).toEqual({ box: { ...face.box, x: 100.13 } })
    expect(Object.keys(changeFrom(face, moved(face, { kind: 'point', index: 4 }, 1, 0)))).toEqual(['points'])
  })

  it('is stable: rounding twice changes nothing', () => {
    fc.assert(fc.property(marksOf, (marks) => sameMarks(roundMarks(marks), roundMarks(roundMarks(marks)))))
  })
})

describe('points seeded in a drawn box', () => {
  it('lie in order inside the box and give no cause for concern, from 8 px up', () => {
    fc.assert(
      fc.property(
        boxes.filter((b) => b.width >= 8 && b.height >= 8),
        (box) => {
          expect(concerns({ box, points: seedPoints(box) })).toEqual([])
          expect(seedPoints(box).every((point) => contains(box, point))).toBe(true)
        },
      ),
    )
    expect(interEye(seedPoints({ x: 0, y: 0, width: 8, height: 10 }))).toBeGreaterThan(2.5)
  })

  it('are questioned when eyes are exchanged, also on a tilted head, but not when a head merely lies on its side', () => {
    const [a, b, c, d, e] = face.points
    expect(concerns({ ...face, points: [b, a, c, d, e] })).toEqual([
      'The eyes seem to be exchanged: image-left comes first.',
    ])
    expect(concerns({ ...face, points: [a, b, c, e, d] })[0]).toMatch('mouth corners')
    const lying = face.points.map(({ x, y }) => ({
      x: 105 - (y - 56),
      y: 56 + (x - 105),
    })) as unknown as Marks['points']
    expect(concerns({ ...face, points: lying })).toEqual([])
    const upsideDown = face.points.map(({ x, y }) => ({ x: 210 - x, y: 112 - y })) as unknown as Marks['points']
    expect(concerns({ ...face, points: upsideDown })).toEqual([])
    expect(concerns(moved(face, { kind: 'point', index: 2 }, 40, 0)).join(' ')).toMatch('far outside')
  })
})
