// Fuzzy search for the command palette: letters in order, with a liking for starts of words and unbroken runs.

export interface Found {
  readonly score: number
  /** Indices into the text, for marking the letters. */
  readonly at: readonly number[]
}

const startsWord = (text: string, i: number) => i === 0 || /[\s\-–.:/,(]/.test(text[i - 1]!)

/**
 * Best placement of the query's letters in order, or null where they do not all occur. Spaces of the query are ignored.
 * Dynamic programming, query x text^2; texts are labels, so both are short.
 */
export function fuzzy(query: string, text: string): Found | null {
  const q = query.toLowerCase().replaceAll(/\s+/g, '')
  const t = text.toLowerCase()
  if (q === '') return { score: 0, at: [] }
  // best[i][j]: highest score with q[i] placed on t[j]; from[i][j]: where q[i-1] then stands.
  const best: number[][] = []
  const from: number[][] = []
  for (let i = 0; i < q.length; i++) {
    best.push(new Array<number>(t.length).fill(-Infinity))
    from.push(new Array<number>(t.length).fill(-1))
    for (let j = i; j < t.length; j++) {
      if (q[i] !== t[j]) continue
      const own = startsWord(t, j) ? 5 : 1
      if (i === 0) best[i]![j] = own - 0.02 * j
      for (let k = i - 1; i > 0 && k < j; k++) {
        const total = best[i - 1]![k]! + own + (k === j - 1 ? 5 : -0.05 * (j - k))
        if (total > best[i]![j]!) {
          best[i]![j] = total
          from[i]![j] = k
        }
      }
    }
  }
  const last = best[q.length - 1]!
  const score = Math.max(...last)
  if (!(score > -Infinity)) return null
  const at: number[] = []
  for (let i = q.length - 1, j = last.indexOf(score); i >= 0; j = from[i]![j]!, i--) at.unshift(j)
  return { score, at }
}

/** Items that have the query's letters, best first; equal scores keep their order. */
export function rankFuzzy<T>(query: string, items: readonly T[], textOf: (item: T) => string) {
  const found: { item: T; at: readonly number[]; score: number }[] = []
  for (const item of items) {
    const placed = fuzzy(query, textOf(item))
    if (placed) found.push({ item, ...placed })
  }
  return found.sort((a, b) => b.score - a.score)
}
