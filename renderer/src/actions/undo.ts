// The undo stack: what was done, how to take it back, how to do it again. Only reversible changes come here.
import type { Via } from '../../../core/contract/index.ts'

export interface Undoable {
  /** What was done, e.g. `Exclude "cam03.png"`. */
  readonly label: string
  undo(via: Via): Promise<unknown>
  redo(via: Via): Promise<unknown>
}

/**
 * Two stacks. Requests are done one after the other, so that quick presses cannot interleave calls; an entry whose call
 * fails stays where it was and the error reaches the caller.
 */
export class UndoStack {
  readonly #limit: number
  #done: Undoable[] = []
  #undone: Undoable[] = []
  #last: Promise<unknown> = Promise.resolve()
  /** Told after every change, for the screen. */
  onChange: (() => void) | null = null

  constructor(limit = 200) {
    this.#limit = limit
  }
  get nextUndo(): string | null {
    return this.#done.at(-1)?.label ?? null
  }
  get nextRedo(): string | null {
    return this.#undone.at(-1)?.label ?? null
  }
  /** Notes a change that has just been made; what was undone before can no longer be redone. */
  push(entry: Undoable): void {
    this.#done.push(entry)
    if (this.#done.length > this.#limit) this.#done.shift()
    this.#undone = []
    this.onChange?.()
  }
  /** @returns whether there was something to take back */
  undo(via: Via): Promise<boolean> {
    return this.#inTurn(() => this.#move(this.#done, this.#undone, (entry) => entry.undo(via)))
  }
  /** @returns whether there was something to do again */
  redo(via: Via): Promise<boolean> {
    return this.#inTurn(() => this.#move(this.#undone, this.#done, (entry) => entry.redo(via)))
  }
  #inTurn(work: () => Promise<boolean>): Promise<boolean> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => undefined)
    return mine
  }
  async #move(from: Undoable[], to: Undoable[], act: (entry: Undoable) => Promise<unknown>): Promise<boolean> {
    const entry = from.at(-1)
    if (!entry) return false
    await act(entry)
    const index = from.lastIndexOf(entry)
    if (index >= 0) from.splice(index, 1)
    // Something new done during the call empties the other side: then this entry has no place there.
    if (to === this.#done || to === this.#undone) to.push(entry)
    this.onChange?.()
    return true
  }
}
