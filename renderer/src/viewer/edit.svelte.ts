// The edit that a view is busy with: keeps the pure edit and the chosen part where components can watch them.
import type { Box, FivePoints } from '../../../core/contract/common.ts'
import { changeOf, endStep, isDirty, marksOf, move, redo, reseed, revert, undo, type Edit } from './edit.ts'
import type { Part } from './handles.ts'
import type { Marks } from './marks.ts'

export interface DragOfPart {
  readonly part: Part
  /** Total movement since the drag began, in native pixels. */
  move(dx: number, dy: number): void
  end(): void
  /** Puts everything back to where it was when the drag began. */
  cancel(): void
}

let drags = 0

export class EditSession {
  edit: Edit = $state.raw() as Edit
  /** The part that has the focus or the pointer. */
  part: Part | null = $state.raw(null)
  dragging = $state(false)

  constructor(edit: Edit) {
    this.edit = edit
  }

  // Getters, not $derived: a session outlives the effect in which it was begun.
  get marks(): Marks {
    return marksOf(this.edit)
  }
  get dirty(): boolean {
    return isDirty(this.edit)
  }
  get canUndo(): boolean {
    return this.edit.history.past.length > 0
  }
  get canRedo(): boolean {
    return this.edit.history.future.length > 0
  }

  nudge(part: Part, dx: number, dy: number, now: number): void {
    const tag = `nudge ${JSON.stringify(part)}`
    this.edit = move(this.edit, part, dx, dy, { tag, at: now, from: this.marks })
  }

  drag(part: Part): DragOfPart {
    const before = this.edit
    const step = { tag: `drag ${++drags}`, at: 0, from: this.marks }
    this.part = part
    this.dragging = true
    const stop = () => {
      this.dragging = false
      this.edit = endStep(this.edit)
    }
    return {
      part,
      move: (dx, dy) => {
        this.edit = move(this.edit, part, dx, dy, step)
      },
      end: stop,
      cancel: () => {
        this.edit = before
        stop()
      },
    }
  }

  undo = (): void => void (this.edit = undo(this.edit))
  redo = (): void => void (this.edit = redo(this.edit))
  revert = (): void => void (this.edit = revert(this.edit))
  reseed = (): void => void (this.edit = reseed(this.edit))
  change = (): { box?: Box; points?: FivePoints } => changeOf(this.edit)
}
