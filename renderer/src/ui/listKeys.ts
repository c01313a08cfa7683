// Where the selection of a list goes for a key.

/** The next index, or null where the key means nothing to a list. `from` is -1 where nothing is selected. */
export function moved(key: string, from: number, count: number, page: number, horizontal = false): number | null {
  if (count === 0) return null
  const to: Record<string, number> = {
    [horizontal ? 'ArrowRight' : 'ArrowDown']: from + 1,
    [horizontal ? 'ArrowLeft' : 'ArrowUp']: from < 0 ? count - 1 : from - 1,
    Home: 0,
    End: count - 1,
    PageDown: from + page,
    PageUp: from - page,
  }
  const next = to[key]
  return next === undefined ? null : Math.max(0, Math.min(count - 1, next))
}
