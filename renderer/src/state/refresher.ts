// Fetching again, but not for every one of a hundred events: one fetch under way, at most one waiting.

/**
 * Returns a function that asks for a fetch. Requests during a fetch lead to exactly one more after it.
 * The promise settles with the fetch that covers the request; its errors also go to `failed`.
 */
export function refresher(fetch: () => Promise<void>, failed: (thrown: unknown) => void): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const run = async () => {
    try {
      await fetch()
    } catch (thrown) {
      failed(thrown)
    } finally {
      running = null
    }
  }
  return () => {
    if (!running) return (running = run())
    next ??= running.then(() => {
      next = null
      return (running = run())
    })
    return next
  }
}
