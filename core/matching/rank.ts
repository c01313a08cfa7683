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
  /** The score that ranks; asked only for rows whose offered score is nearly good enough. Default: the offered score. */
  exact?: (row: number) => number
  /** No offered score is further than this from the exact one. Default 0. */
  margin?: number
}

export interface Ranking {
  /** @param scores scores of rows `firstRow`, `firstRow + 1`, …; NaN is never ranked */
  offer(scores: ArrayLike<number>, firstRow: number): void
  /** Best rows so far by their exact scores, best first, at most `top`; a new array each time. */
  best(): Ranked[]
}

interface Kept {
  readonly row: number
  readonly offered: number
  /** NaN until it was asked for. */
  exact: number
}

/**
 * Top-k by a threshold pass: rows that may belong to the best are kept aside, and whenever enough have gathered they are
 * sorted and cut. One comparison per row as a rule, O(n log n) at worst.
 *
 * Order: higher exact score first; equal scores by lower template id, so that the same gallery always gives the same
 * ranks however its rows arrive. With `perSubject: 'best'` only a subject's first row in that order counts.
 *
 * Why nothing is lost: let t be the k-th best offered score (of different subjects). The k rows that reach it have exact
 * scores of t - margin at least, so a row among the true best has that too, and an offered score of t - 2 margin.
 * @throws RangeError unless top is a whole number >= 1
 */
export function createRanking(
  { templateIds, subjectIds }: RankKeys,
  { top, perSubject, exact, margin = 0 }: RankOptions,
): Ranking {
  if (!Number.isInteger(top) || top < 1) throw new RangeError(`top must be a whole number from 1, got ${top}`)
  const slack = 2 * margin
  let kept: Kept[] = []
  let room = Math.max(4 * top, 64)
  let floor = -Infinity

  const prune = (): void => {
    kept.sort((a, b) => b.offered - a.offered)
    // Highest offered score of each subject; with 'all' every row is its own subject.
    const leaders = new Map<number, number>()
    let reached = 0
    kept = kept.filter(({ row, offered }) => {
      if (offered < floor) return false
      const subject = perSubject === 'best' ? subjectIds[row]! : row
      const leader = leaders.get(subject)
      if (leader !== undefined) return offered >= leader - slack
      leaders.set(subject, offered)
      if (++reached === top) floor = offered - slack
      return true
    })
    // Where many rows are all but equal none of them can go, and room must grow with them.
    room = Math.max(room, 2 * kept.length)
  }

  return {
    offer(scores, firstRow) {
      // A local copy: this loop sees every template of every search.
      let limit = floor
      for (let i = 0, count = scores.length; i < count; i++) {
        const offered = scores[i]!
        if (!(offered >= limit)) continue
        kept.push({ row: firstRow + i, offered, exact: NaN })
        if (kept.length < room) continue
        prune()
        limit = floor
      }
    },
    best() {
      prune()
      if (exact) for (const entry of kept) if (Number.isNaN(entry.exact)) entry.exact = exact(entry.row)
      const scored = kept.map(({ row, offered, exact: score }): Ranked => ({ row, score: exact ? score : offered }))
      scored.sort((a, b) => b.score - a.score || templateIds[a.row]! - templateIds[b.row]!)
      const seen = new Set<number>()
      const first = ({ row }: Ranked): boolean => {
        const before = seen.size
        return seen.add(subjectIds[row]!).size > before
      }
      return (perSubject === 'best' ? scored.filter(first) : scored).slice(0, top)
    },
  }
}
