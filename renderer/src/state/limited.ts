// A queue that lets a few pieces of work run at once.

/** @param next which of those that wait goes first: the newest is the one in sight of who scrolls */
export function limited(atOnce: number, next: 'newest' | 'oldest'): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  const start = (): void => {
    if (running < atOnce) (next === 'newest' ? waiting.pop() : waiting.shift())?.()
  }
  return (work) =>
    new Promise((ok, failed) => {
      waiting.push(() => {
        running++
        work()
          .then(ok, failed)
          .finally(() => {
            running--
            start()
          })
      })
      start()
    })
}
