// Fused ranks are those of the weighted mean, whatever came in which order; with no weight they are the scan's.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fuse, type Scored } from './fuse.ts'

const cosine = fc.double({ min: -1, max: 1, noNaN: true })
const list = fc.uniqueArray(
  fc.record({
    templateId: fc.integer({ min: 1, max: 500 }),
    subjectId: fc.integer({ min: 1, max: 9 }),
    cosine,
    second: cosine,
  }),
  { selector: (s) => s.templateId, maxLength: 60 },
)

test('equals sorting the weighted means, and one row per subject where that is asked', () => {
  fc.assert(
    fc.property(
      list,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 70 }),
      (scored, weight, top) => {
        const value = (s: Scored): number => (1 - weight) * s.cosine + weight * s.second
        const all = fuse(scored, { weight, top, perSubject: 'all' })
        expect(all).toHaveLength(Math.min(top, scored.length))
        for (const [i, f] of all.entries()) {
          expect(f.score).toBe(value(f))
          const better = scored.filter(
            (s) => value(s) > f.score || (value(s) === f.score && s.templateId < f.templateId),
          )
          expect(better).toHaveLength(i)
        }
        const best = fuse(scored, { weight, top: 500, perSubject: 'best' })
        expect(new Set(best.map((f) => f.subjectId))).toEqual(new Set(scored.map((s) => s.subjectId)))
        for (const f of best)
          expect(f.score).toBe(Math.max(...scored.filter((s) => s.subjectId === f.subjectId).map(value)))
        expect(fuse(scored.toReversed(), { weight, top, perSubject: 'all' })).toEqual(all)
      },
    ),
  )
})

test('a weight of 0 is the first score, a weight of 1 the second', () => {
  const scored = [
    { templateId: 1, subjectId: 1, cosine: 0.9, second: 0.1 },
    { templateId: 2, subjectId: 2, cosine: 0.2, second: 0.8 },
  ]
  expect(fuse(scored, { weight: 0, top: 2, perSubject: 'all' }).map((f) => f.templateId)).toEqual([1, 2])
  expect(fuse(scored, { weight: 1, top: 2, perSubject: 'all' }).map((f) => f.templateId)).toEqual([2, 1])
  expect(fuse(scored, { weight: 0.5, top: 2, perSubject: 'all' }).map((f) => f.score)).toEqual([0.5, 0.5])
})
