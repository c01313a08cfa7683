// Keeps the best rows of a scan: exact, stable, in bounded memory. Knows nothing of vectors or models.

/** Which row a score belongs to; `templateId` breaks ties, `subject` groups rows of one person. */
export interface Ranked {
  row: number
  score: number
}

export interface RankKeys {
  /** Per row, unique. */
  templateIds: ArrayLike<number>
  /** Per row. */
  subjectIds: ArrayLike<number>
}

export interface RankOptions {
  /** Rows wanted, >= 1. */
  top: number
  /** 'best': only a subject's first row counts. 'all': every row stands for itself. */
  perSubject: 'best' | 'all'
  /** The score that ranks; asked only for rows whose offered score might be good enough. Default: the offered score. */
  exact?: (row: number) => number
  /** No offered score is further than this from the exact one. Default 0. */
  margin?: number
}

export interface Ranking {
  /** @param scores scores of rows `firstRow`, `firstRow + 1`, …; NaN is never ranked */
  offer(scores: ArrayLike<number>, firstRow: number): void
  /** Best rows so far, best first, at most `top`; a new array each time. */
  best(): Ranked[]
}

/**
 * Top-k by a threshold pass: rows that may reach the worst score still needed are kept aside with their exact score,
 * and whenever four times `top` have gathered they are sorted and cut. One comparison per row as a rule,
 * O(n log k) at worst.
 *
 * Order: higher score first; equal scores by lower template id, so that the same gallery always gives the same ranks
 * however its rows arrive. With `perSubject: 'best'` only a subject's first row in that order counts.
 * @throws RangeError unless top is a whole number >= 1
 */
export function createRanking(
  { templateIds, subjectIds }: RankKeys,
  { top, perSubject, exact, margin = 0 }: RankOptions,
): Ranking {
  if (!Number.isInteger(top) || top < 1) throw new RangeError(`top must be a whole number from 1, got ${top}`)
  const room = Math.max(4 * top, 64)
  let kept: Ranked[] = []
  let threshold = -Infinity

  const before = (a: Ranked, b: Ranked): number => b.score - a.score || templateIds[a.row]! - templateIds[b.row]!

  const prune = (): void => {
    kept.sort(before)
    if (perSubject === 'best') {
      const seen = new Set<number>()
      kept = kept.filter(({ row }) => {
        const subject = subjectIds[row]!
        return !seen.has(subject) && seen.add(subject)
      })
    }
    if (kept.length >= top) {
      kept.length = top
      threshold = kept[top - 1]!.score
    }
  }

  return {
    offer(scores, firstRow) {
      for (let i = 0; i < scores.length; i++) {
        if (!(scores[i]! >= threshold - margin)) continue
        const row = firstRow + i
        const score = exact ? exact(row) : scores[i]!
        // An equal score may still win by its template id, so the threshold itself stays welcome.
        if (!(score >= threshold)) continue
        kept.push({ row, score })
        if (kept.length >= room) prune()
      }
    },
    best() {
      prune()
      return kept.slice()
    },
  }
}
