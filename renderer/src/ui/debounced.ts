// Waits until a person has stopped typing.

/** Calls `act` once, `ms` after the last request. */
export function debounced(act: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
  }
}
