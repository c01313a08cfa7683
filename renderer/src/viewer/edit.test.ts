// An edit: points follow a fresh box until they are set by hand, every gesture is one step, nothing is sent unchanged.
import { describe, expect, it } from 'vitest'
import { changeOf, editFrom, editOf, isDirty, marksOf, move, redo, reseed, revert, undo, type Edit } from './edit.ts'
import type { Part } from './handles.ts'
import { roundMarks, type Marks } from './marks.ts'
import { seedPoints } from './seed.ts'

const box = { x: 10, y: 20, width: 10, height: 10 }
const seeded = (of: typeof box) => roundMarks({ box: of, points: seedPoints(of) }).points
const eye: Part = { kind: 'point', index: 0 }
const drag = (edit: Edit, part: Part, path: [number, number][], tag = 'drag 1') => {
  const from = marksOf(edit)
  return path.reduce((e, [dx, dy]) => move(e, part, dx, dy, { tag, at: 0, from }), edit)
}

describe('a face placed from nothing', () => {
  it('has its points follow the box while nobody has set one', () => {
    const edit = drag(editFrom(box), { kind: 'handle', at: 'se' }, [[10, 10]])
    expect(marksOf(edit).points).toEqual(seeded({ ...box, width: 20, height: 20 }))
  })

  it('keeps its points where they were put once one has been set, until they are seeded again', () => {
    const set = drag(editFrom(box), eye, [[0.5, 0]])
    const moved = drag(set, { kind: 'box' }, [[5, 5]], 'drag 2')
    expect(marksOf(moved).points).toEqual(marksOf(set).points)
    expect(marksOf(reseed(moved)).points).toEqual(seeded({ ...box, x: 15, y: 25 }))
  })

  it('commits box and points, also untouched', () => {
    expect(changeOf(editFrom(box))).toEqual({ box, points: seeded(box) })
  })
})

describe('an edit of a stored face', () => {
  const stored: Marks = {
    box,
    points: [
      { x: 13, y: 24 },
      { x: 17, y: 24 },
      { x: 15, y: 26 },
      { x: 13.5, y: 27.5 },
      { x: 16.5, y: 27.5 },
    ],
  }

  it('undoes a whole drag at once, whatever its path', () => {
    const edit = drag(editOf(stored), eye, [
      [1, 0],
      [2, 1],
      [0.25, -0.5],
    ])
    expect(changeOf(edit).points?.[0]).toEqual({ x: 13.25, y: 23.5 })
    expect(marksOf(undo(edit))).toEqual(stored)
    expect(marksOf(redo(undo(edit)))).toEqual(marksOf(edit))
  })

  it('sends nothing after a drag that came back, and only the box when the box was moved', () => {
    expect(
      isDirty(
        drag(editOf(stored), eye, [
          [3, 3],
          [0, 0],
        ]),
      ),
    ).toBe(false)
    expect(Object.keys(changeOf(drag(editOf(stored), { kind: 'box' }, [[1, 0]])))).toEqual(['box'])
  })

  it('reverts as a step that can be undone', () => {
    const edit = drag(editOf(stored), eye, [[2, 2]])
    expect(marksOf(revert(edit))).toEqual(stored)
    expect(marksOf(undo(revert(edit)))).toEqual(marksOf(edit))
    expect(revert(editOf(stored)).history.past).toEqual([])
  })
})
