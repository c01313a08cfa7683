// A ranking is what sorting everything would give, however the scores arrive.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRanking } from './rank.ts'

interface Row {
  score: number
  template: number
  subject: number
}
/** The definition: sort everything, drop later rows of a subject, cut. */
function reference(rows: Row[], top: number, perSubject: 'best' | 'all'): Row[] {
  const sorted = rows.toSorted((a, b) => b.score - a.score || a.template - b.template)
  const seen = new Set<number>()
  return sorted.filter((r) => perSubject === 'all' || (!seen.has(r.subject) && seen.add(r.subject))).slice(0, top)
}
// Few distinct scores and subjects, so that ties and repeated subjects are the rule.
const rowsOf = fc
  .array(fc.record({ score: fc.integer({ min: -3, max: 3 }), subject: fc.integer({ min: 1, max: 9 }) }), {
    maxLength: 400,
  })
  .chain((rows) =>
    fc
      .shuffledSubarray(
        rows.map((_, i) => i + 1),
        { minLength: rows.length },
      )
      .map((ids) => rows.map((row, i): Row => ({ ...row, template: ids[i]! }))),
  )

describe('createRanking', () => {
  test('equals sorting everything, whatever the chunks', () => {
    fc.assert(
      fc.property(
        rowsOf,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('best' as const, 'all' as const),
        fc.integer({ min: 1, max: 97 }),
        (rows, top, perSubject, chunk) => {
          const keys = { templateIds: rows.map((r) => r.template), subjectIds: rows.map((r) => r.subject) }
          const ranking = createRanking(keys, { top, perSubject })
          for (let i = 0; i < rows.length; i += chunk)
            ranking.offer(
              rows.slice(i, i + chunk).map((r) => r.score),
              i,
            )
          expect(ranking.best().map((b) => rows[b.row])).toEqual(reference(rows, top, perSubject))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('offered scores may be off by the margin: ranks follow the exact ones', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ score: fc.integer({ min: -9, max: 9 }), off: fc.double({ min: -2, max: 2, noNaN: true }) }),
          {
            maxLength: 300,
          },
        ),
        fc.integer({ min: 1, max: 20 }),
        (rows, top) => {
          const ids = rows.map((_, i) => i + 1)
          const exact = (row: number): number => rows[row]!.score
          const ranking = createRanking(
            { templateIds: ids, subjectIds: ids },
            { top, perSubject: 'all', exact, margin: 2 },
          )
          for (let i = 0; i < rows.length; i++) ranking.offer([rows[i]!.score + rows[i]!.off], i)
          const wanted = reference(
            rows.map(({ score }, i) => ({ score, template: i + 1, subject: i + 1 })),
            top,
            'all',
          )
          expect(ranking.best().map((b) => b.row + 1)).toEqual(wanted.map((w) => w.template))
        },
      ),
    )
  })

  test('a subject’s later, better row takes the place of its earlier one', () => {
    const ranking = createRanking({ templateIds: [1, 2, 3], subjectIds: [7, 8, 7] }, { top: 2, perSubject: 'best' })
    ranking.offer([0.5, 0.6], 0)
    expect(ranking.best().map((b) => b.row)).toEqual([1, 0])
    ranking.offer([0.9], 2)
    expect(ranking.best().map((b) => b.row)).toEqual([2, 1])
  })

  test('NaN is never ranked', () => {
    const ranking = createRanking({ templateIds: [1, 2], subjectIds: [1, 2] }, { top: 5, perSubject: 'all' })
    ranking.offer([NaN, -1], 0)
    expect(ranking.best()).toEqual([{ row: 1, score: -1 }])
  })

  test.each([0, -1, 1.5, NaN])('refuses top = %s', (top) => {
    expect(() => createRanking({ templateIds: [], subjectIds: [] }, { top, perSubject: 'all' })).toThrow(RangeError)
  })
})
