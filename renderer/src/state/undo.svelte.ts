// The undo stack as the screen sees it: what the next undo and redo would do.
import { UndoStack, type Undoable } from '../actions/undo.ts'

export class UndoState {
  nextUndo = $state<string | null>(null)
  nextRedo = $state<string | null>(null)
  readonly #stack = new UndoStack()

  constructor() {
    this.#stack.onChange = () => {
      this.nextUndo = this.#stack.nextUndo
      this.nextRedo = this.#stack.nextRedo
    }
  }
  push(entry: Undoable): void {
    this.#stack.push(entry)
  }
  readonly perform: UndoStack['perform'] = (entry, via) => this.#stack.perform(entry, via)
  readonly undo: UndoStack['undo'] = (via) => this.#stack.undo(via)
  readonly redo: UndoStack['redo'] = (via) => this.#stack.redo(via)
}
