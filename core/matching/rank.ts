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

export interface Ranking {
  /** @param scores scores of rows `firstRow`, `firstRow + 1`, …; NaN is never ranked */
  offer(scores: ArrayLike<number>, firstRow: number): void
  /** Best rows so far, best first, at most `top`; a new array each time. */
  best(): Ranked[]
}

/**
 * Top-k by a threshold pass: rows at or above the worst score still needed are kept aside, and whenever four times
 * `top` have gathered they are sorted and cut. O(n log k) at worst, one comparison per row as a rule.
 *
 * Order: higher score first; equal scores by lower template id, so that the same gallery always gives the same ranks
 * whatever the chunk size. With `perSubject: 'best'` only a subject's first row in that order counts.
 * @throws RangeError unless top is a whole number >= 1
 */
export function createRanking(keys: RankKeys, top: number, perSubject: 'best' | 'all'): Ranking {
  if (!Number.isInteger(top) || top < 1) throw new RangeError(`top must be a whole number from 1, got ${top}`)
  const { templateIds, subjectIds } = keys
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
      // An equal score may still win by its template id, so the threshold itself stays welcome.
      threshold = kept[top - 1]!.score
    }
  }

  return {
    offer(scores, firstRow) {
      for (let i = 0; i < scores.length; i++) {
        const score = scores[i]!
        if (!(score >= threshold)) continue
        kept.push({ row: firstRow + i, score })
        if (kept.length >= room) prune()
      }
    },
    best() {
      prune()
      return kept.slice()
    },
  }
}
