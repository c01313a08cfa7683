// A place for one thing at a time: what is shown is always of the subject last asked for, or nothing is shown.
import { createLatest } from './latest.ts'

export interface Shows<T> {
  show(value: T): void
  clear(): void
  busy(on: boolean): void
  /** A sentence for the person, or null when all is well. */
  fail(message: string | null): void
}
export interface Slot<T> {
  /**
   * Shows what `ask` delivers. While another subject is loaded nothing is shown; while the same subject is loaded again
   * (larger, resampled) what is there stays until its better one has come.
   */
  load(subject: string, ask: (signal: AbortSignal) => Promise<T>): Promise<void>
  /** Cancels what is under way and shows nothing. */
  clear(): void
}

export function createSlot<T>(to: Shows<T>): Slot<T> {
  const latest = createLatest()
  let current: string | null = null
  const clear = () => {
    latest.cancel()
    current = null
    to.clear()
    to.busy(false)
    to.fail(null)
  }
  return {
    clear,
    async load(subject, ask) {
      if (subject !== current) clear()
      current = subject
      to.busy(true)
      try {
        const value = await latest.ask(ask)
        if (value === null) return
        to.show(value)
        to.fail(null)
      } catch (thrown) {
        to.clear()
        to.fail(thrown instanceof Error ? thrown.message : String(thrown))
      }
      to.busy(false)
    },
  }
}
