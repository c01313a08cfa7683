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
 * fails is where it was before, and the error reaches the caller.
 */
export class UndoStack {
  readonly #limit: number
  #done: Undoable[] = []
  #undone: Undoable[] = []
  #last: Promise<unknown> = Promise.resolve()
  /** Labels of changes that are being made: taking one back waits for it. */
  readonly #making: string[] = []
  /** Told after every change, for the screen. */
  onChange: (() => void) | null = null

  constructor(limit = 200) {
    this.#limit = limit
  }
  get nextUndo(): string | null {
    return this.#making.at(-1) ?? this.#done.at(-1)?.label ?? null
  }
  get nextRedo(): string | null {
    return this.#undone.at(-1)?.label ?? null
  }
  /** Makes a change in its turn and notes it, so that an undo pressed at once waits for it instead of being lost. */
  async perform(entry: Undoable, via: Via): Promise<void> {
    this.#making.push(entry.label)
    this.onChange?.()
    try {
      await this.#inTurn(async () => {
        await entry.redo(via)
        this.push(entry)
      })
    } finally {
      this.#making.splice(this.#making.indexOf(entry.label), 1)
      this.onChange?.()
    }
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
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => undefined)
    return mine
  }
  /** The entry changes sides at once, so that the next press sees it there, and comes back if its call fails. */
  async #move(from: Undoable[], to: Undoable[], act: (entry: Undoable) => Promise<unknown>): Promise<boolean> {
    const entry = from.pop()
    if (!entry) return false
    to.push(entry)
    this.onChange?.()
    try {
      await act(entry)
      return true
    } catch (thrown) {
      const index = to.lastIndexOf(entry)
      if (index >= 0) to.splice(index, 1)
      from.push(entry)
      this.onChange?.()
      throw thrown
    }
  }
}
