// One answer at a time: a newer question cancels the older one, whose answer is never used even if it still comes.

export interface Latest {
  /**
   * Asks, after cancelling whatever was asked before. @returns the answer, or null when a newer question or cancel()
   * came in between. @throws what `load` throws, unless it was superseded.
   */
  ask<T>(load: (signal: AbortSignal) => Promise<T>): Promise<T | null>
  cancel(): void
}

export function createLatest(): Latest {
  let current: AbortController | null = null
  const cancel = () => {
    current?.abort()
    current = null
  }
  return {
    async ask(load) {
      cancel()
      const mine = new AbortController()
      current = mine
      try {
        const answer = await load(mine.signal)
        return current === mine ? answer : null
      } catch (thrown) {
        if (current !== mine) return null
        throw thrown
      }
    },
    cancel,
  }
}
