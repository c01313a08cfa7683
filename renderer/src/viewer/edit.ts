// One edit of one face, from the marks it began with to those it will commit: pure steps with undo.
import type { Box, FivePoints } from '../../../core/contract/common.ts'
import { moved, type Part } from './handles.ts'
import { begun, changed, redone, settled, undone, type History } from './history.ts'
import { changeFrom, roundMarks, type Marks } from './marks.ts'
import { seedPoints } from './seed.ts'

interface Draft {
  readonly marks: Marks
  /** The points were set by somebody; until then they follow the box from their mean places. */
  readonly pointsSet: boolean
}
export interface Edit {
  /** What is stored now; null while a face is placed from nothing. */
  readonly base: Marks | null
  readonly history: History<Draft>
}

export const editOf = (base: Marks): Edit => ({ base, history: begun({ marks: base, pointsSet: true }) })
/** A face placed from nothing: its points start at their mean places in the box. */
export const editFrom = (box: Box): Edit => ({
  base: null,
  history: begun({ marks: roundMarks({ box, points: seedPoints(box) }), pointsSet: false }),
})

export const marksOf = (edit: Edit): Marks => edit.history.present.marks
/** What a commit would send; empty when nothing differs from what is stored. */
export const changeOf = ({ base, history }: Edit): { box?: Box; points?: FivePoints } =>
  base ? changeFrom(base, history.present.marks) : roundMarks(history.present.marks)
export const isDirty = (edit: Edit): boolean => Object.keys(changeOf(edit)).length > 0

/**
 * The edit with a part moved by (dx, dy) native pixels from where it lies in `from`. Moves with one tag are undone
 * together: the whole of a drag (`at` 0), or nudges in quick succession (`at` their time in ms).
 */
export function move(
  edit: Edit,
  part: Part,
  dx: number,
  dy: number,
  step: { tag: string; at: number; from: Marks },
): Edit {
  const { pointsSet } = edit.history.present
  const after = moved(step.from, part, dx, dy)
  const draft =
    part.kind === 'point'
      ? { marks: after, pointsSet: true }
      : { marks: pointsSet ? after : { box: after.box, points: seedPoints(after.box) }, pointsSet }
  return { ...edit, history: changed(edit.history, { ...draft, marks: roundMarks(draft.marks) }, step.tag, step.at) }
}

/** Puts the five points back to their mean places in the box; from then on they follow it again. */
export function reseed(edit: Edit): Edit {
  const { box } = marksOf(edit)
  return {
    ...edit,
    history: changed(edit.history, { marks: roundMarks({ box, points: seedPoints(box) }), pointsSet: false }),
  }
}
export const endStep = (edit: Edit): Edit => ({ ...edit, history: settled(edit.history) })
export const undo = (edit: Edit): Edit => ({ ...edit, history: undone(edit.history) })
export const redo = (edit: Edit): Edit => ({ ...edit, history: redone(edit.history) })
/** The same edit against what is stored by now. */
export const rebased = (edit: Edit, base: Marks): Edit => ({ ...edit, base })
/** Back to what is stored, as a step that can itself be undone. */
export const revert = (edit: Edit): Edit =>
  edit.base && isDirty(edit) ? { ...edit, history: changed(edit.history, { marks: edit.base, pointsSet: true }) } : edit
