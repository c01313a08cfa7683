// The undo stack: what was done, how to take it back, how to do it again. Only reversible changes come here.
import type { Via } from '../../../core/contract/index.ts'

export interface Undoable {
  /** What was done, e.g. `Exclude "cam03.png"`. */
  readonly label: string
  /** @returns whether there was something to take back */
  undo(via: Via): Promise<boolean> {
    return this.#afterThose(() => this.#move(this.#done, this.#undone, (entry) => entry.undo(via)))
  }
  /** @returns whether there was something to do again */
  redo(via: Via): Promise<boolean> {
    return this.#afterThose(() => this.#move(this.#undone, this.#done, (entry) => entry.redo(via)))
  }
  clear(): void {
    this.#done = []
    this.#undone = []
    this.onChange?.()
  }
  #afterThose(work: () => Promise<boolean>): Promise<boolean> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => undefined)
    return mine
  }
  async #move(from: Undoable[], to: Undoable[], act: (entry: Undoable) => Promise<unknown>): Promise<boolean> {
    const entry = from.at(-1)
    if (!entry) return false
    await act(entry)
    from.splice(from.lastIndexOf(entry), 1)
    // Something new done during the call empties the other side: then this entry has no place there.
    if (to === this.#done || to === this.#undone) to.push(entry)
    this.onChange?.()
    return true
  }
}
