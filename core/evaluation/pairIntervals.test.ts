// Intervals by identity: the weighted sums equal the plain metrics, and clusters make intervals honest.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pairIntervals, weightedSums, type NamedPair } from './pairIntervals.ts'
import { areaUnderRoc, equalErrorRate, tarAtFar } from './verification.ts'

const pair = (score: number, same: boolean, a: string, b = a): NamedPair => ({ score, same, fold: 0, subjects: [a, b] })

it('with every pair counted once, AUC, EER and TAR at FAR are those of the plain metrics', () => {
  const score = fc.integer({ min: 0, max: 12 }).map((n) => n / 12)
  const some = fc.array(score, { minLength: 1, maxLength: 15 })
  fc.assert(
    fc.property(some, some, fc.constantFrom(0, 0.1, 0.25, 0.5), (same, other, far) => {
      const pairs = [...same.map((s) => pair(s, true, 'a')), ...other.map((s) => pair(s, false, 'a', 'b'))]
      const sorted = pairs.map((p, at) => ({ ...p, at })).sort((a, b) => b.score - a.score)
      const sums = weightedSums(sorted, new Float64Array(pairs.length).fill(1), [far])
      expect(sums.auc).toBeCloseTo(areaUnderRoc(pairs), 9)
      expect(sums.eer).toBeCloseTo(equalErrorRate(pairs), 9)
      expect(sums.tars[0]).toBeCloseTo(tarAtFar(pairs, far).tar, 9)
    }),
  )
})

it('ten pairs of each of few people are not as good as pairs of many', () => {
  const make = (people: number, each: number): { pairs: NamedPair[]; right: boolean[] } => {
    const pairs = Array.from({ length: people * each }, (_, i) => {
      const person = i % people
      const good = person % 4 !== 0
      return [pair(good ? 0.9 : 0.1, true, `p${person}`), pair(0.2, false, `p${person}`, `q${i}`)]
    }).flat()
    return { pairs, right: pairs.map((p) => p.score > 0.5 === p.same) }
  }
  const width = ({ pairs, right }: ReturnType<typeof make>): number => {
    const { accuracy } = pairIntervals(pairs, right, { fars: [0.1], resamples: 400 })
    return accuracy[1] - accuracy[0]
  }
  const [few, many] = [make(12, 20), make(240, 1)]
  expect(width(few)).toBeGreaterThan(2.5 * width(many))
  expect(pairIntervals(few.pairs, few.right, { fars: [0.1], resamples: 50 })).toEqual(
    pairIntervals(few.pairs, few.right, { fars: [0.1], resamples: 50 }),
  )
})
