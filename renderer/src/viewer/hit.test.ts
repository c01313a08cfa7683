// Hit testing on the screen: small faces magnified, five points close together, boxes within boxes.
import { describe, expect, it } from 'vitest'
import { boxAt, partAt } from './hit.ts'
import type { Marks } from './marks.ts'
import { seedPoints } from './seed.ts'
import { screenPoint, type ProbePoint } from './units.ts'

const box = { x: 40, y: 30, width: 8, height: 9 }
const marks: Marks = { box, points: seedPoints(box) }
const at = (zoom: number) => (p: ProbePoint) => screenPoint((p.x - 40) * zoom, (p.y - 30) * zoom)
const hit = (x: number, y: number, zoom = 32) => partAt(marks, screenPoint(x, y), at(zoom))

describe('the part under the pointer', () => {
  it('is the nearest point, even on a face of 8 px that is hardly magnified', () => {
    for (const zoom of [4, 32])
      marks.points.forEach((p, index) => {
        const on = at(zoom)(p as ProbePoint)
        expect(hit(on.x + 1, on.y - 1, zoom)).toEqual({ kind: 'point', index })
      })
  })

  it('is a handle at the corners and in the middle of the edges, and the box on the rest of its outline', () => {
    expect(hit(-4, 3)).toEqual({ kind: 'handle', at: 'nw' })
    expect(hit(256, 144)).toEqual({ kind: 'handle', at: 'e' })
    expect(hit(60, 2)).toEqual({ kind: 'box' })
    expect(hit(60, -5)).toEqual({ kind: 'box' })
  })

  it('is nothing inside the face and outside the box, where dragging moves the view', () => {
    expect(hit(128, 60)).toBeNull()
    expect(hit(-40, 100)).toBeNull()
  })
})

it('chooses the smaller of two faces that overlap', () => {
  const boxes = [
    { x: 0, y: 0, width: 100, height: 100 },
    { x: 20, y: 20, width: 10, height: 10 },
  ]
  expect(boxAt(boxes, { x: 25, y: 25 })).toBe(1)
  expect(boxAt(boxes, { x: 50, y: 50 })).toBe(0)
  expect(boxAt(boxes, { x: 500, y: 50 })).toBeNull()
})
