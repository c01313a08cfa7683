// Sending a form: once at a time, with its failure shown in the dialog, which stays open with what was typed.
import { describeError } from '../state/describeError.ts'

export class Submitting {
  busy = $state(false)
  error = $state<string | null>(null)
  /** Runs the work; on success `done` closes the dialog. */
  async run(work: () => unknown, done: () => void): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.error = null
    try {
      await work()
      done()
    } catch (thrown) {
      this.error = describeError(thrown)?.message ?? null
    } finally {
      this.busy = false
    }
  }
}
