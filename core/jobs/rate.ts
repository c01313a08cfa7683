// How long a job will take, from how fast it went lately.

/** Only the last so many seconds count, so that a pause or a slow start is forgotten. */
const WINDOW_S = 30
const LEAST_S = 1

export interface Rate {
  /** Seconds left, or null while the rate is unknown. */
  left(done: number, total: number): number | null
}
/** @param now seconds, for tests */
export function createRate(now: () => number = () => performance.now() / 1000): Rate {
  const seen: { at: number; done: number }[] = []
  return {
    left(done, total) {
      const at = now()
      if (seen.at(-1)?.done !== done || seen.length === 0) seen.push({ at, done })
      while (seen.length > 2 && at - seen[1]!.at > WINDOW_S) seen.shift()
      const first = seen[0]!
      const seconds = at - first.at
      const steps = done - first.done
      if (done >= total) return 0
      if (steps <= 0 || seconds < LEAST_S) return null
      return Math.round(((total - done) * seconds) / steps)
    },
  }
}
