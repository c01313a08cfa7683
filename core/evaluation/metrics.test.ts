// Every metric against numbers worked out by hand, and the laws it must obey.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrapByIdentity } from './bootstrap.ts'
import { cumulativeScores, psnr, ssim } from './fidelity.ts'
import {
  averagePrecision,
  cumulativeMatch,
  fnirAtFpir,
  meanAveragePrecision,
  outcomeOf,
  rankOf,
  type Outcome,
} from './identification.ts'
import { areaUnderRoc, equalErrorRate, foldAccuracy, roc, tarAtFar, type ScoredPair } from './verification.ts'

const pairs = (same: number[], other: number[], fold = 0): ScoredPair[] => [
  ...same.map((score) => ({ score, same: true, fold })),
  ...other.map((score) => ({ score, same: false, fold })),
]
const eight = pairs([0.9, 0.7, 0.4, 0.2], [0.65, 0.3, 0.1, 0.55])

describe('verification', () => {
  it('best threshold 0.675 with accuracy 0.75', () => {
    const { best } = foldAccuracy(eight)
    expect(best.threshold).toBeCloseTo(0.675)
    expect(best.accuracy).toBe(0.75)
  })
  it('applies to each fold the threshold of the others', () => {
    const result = foldAccuracy([...pairs([0.9, 0.8], [0.1, 0.2], 0), ...pairs([0.4, 0.8], [0.1, 0.2], 1)])
    expect(result.folds.map((f) => f.accuracy)).toEqual([1, 0.75])
    expect(result.accuracy).toBe(0.875)
    expect(result.standardError).toBeCloseTo(Math.sqrt((0.875 * 0.125) / 8))
    expect(result.right).toEqual([true, true, true, true, false, true, true, true])
  })
  it('from five folds on the error is that of their spread', () => {
    const five = [0, 1, 2, 3, 4].flatMap((fold) => pairs([0.9, 0.8], fold === 0 ? [0.85, 0.1] : [0.2, 0.1], fold))
    const { accuracy, standardError, errorFrom } = foldAccuracy(five)
    expect([accuracy, errorFrom]).toEqual([0.95, 'folds'])
    expect(standardError).toBeCloseTo(0.05)
  })
  it('halves a single fold: each half gets the threshold of the other', () => {
    // First half 0.9, 0.8 | 0.7, 0.1: threshold 0.75; second half 0.5, 0.4 | 0.2, 0.1: threshold 0.3.
    const result = foldAccuracy(pairs([0.9, 0.8, 0.5, 0.4], [0.7, 0.1, 0.2, 0.1]))
    expect(result.folds.map((f) => f.threshold)).toEqual([expect.closeTo(0.3), expect.closeTo(0.75)])
    expect(result.folds.map((f) => f.accuracy)).toEqual([0.75, 0.5])
    expect(result).toMatchObject({ accuracy: 0.625, thresholdFrom: 'halves', errorFrom: 'binomial' })
    expect(result.best.accuracy).toBe(0.875)
  })
  it.each([
    // Two folds alike, matches at 0.5, others at 0.1: any threshold from 0.1 to 0.5 is best.
    ['exact', 0.3],
    ['lrfr', 0.495],
    ['xqlfw', 0.499],
    ['insightface', 0.495],
  ] as const)('rule %s chooses the threshold %d', (rule, threshold) => {
    const two = [0, 1].flatMap((fold) => pairs([0.5, 0.5], [0.1, 0.1], fold))
    expect(foldAccuracy(two, rule).folds[0]!.threshold).toBeCloseTo(threshold, 9)
  })
  it.each([
    [0.25, 0.5, 0.25, 0.55],
    [0, 0.5, 0, 0.65],
    [0.5, 0.75, 0.5, 0.3],
  ])('TAR at FAR %d = %d, realised %d, threshold %d', (far, tar, realisedFar, threshold) =>
    expect(tarAtFar(eight, far)).toEqual({ far, tar, realisedFar, threshold }),
  )
  it('ROC runs from corner to corner, and its area is the share of pairs in the right order', () => {
    const score = fc.integer({ min: 0, max: 20 }).map((n) => n / 20)
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 1, maxLength: 12 }),
        fc.array(score, { minLength: 1, maxLength: 12 }),
        (same, other) => {
          const all = pairs(same, other)
          const points = roc(all)
          expect(points.at(0)).toMatchObject({ far: 0, tar: 0 })
          expect(points.at(-1)).toMatchObject({ far: 1, tar: 1 })
          let right = 0
          for (const s of same) for (const o of other) right += s > o ? 1 : s === o ? 0.5 : 0
          expect(areaUnderRoc(all)).toBeCloseTo(right / (same.length * other.length), 9)
          const eer = equalErrorRate(all)
          expect(eer).toBeGreaterThanOrEqual(0)
          expect(eer).toBeLessThanOrEqual(1)
        },
      ),
    )
    expect(equalErrorRate(pairs([0.9, 0.8], [0.1, 0.2]))).toBe(0)
  })
})

describe('identification', () => {
  const gallery = ['a', 'b', 'c']
  const probes = [
    { subject: 'a', scores: [0.9, 0.1, 0.2] },
    { subject: 'b', scores: [0.3, 0.2, 0.8] },
    { subject: 'c', scores: [0.4, 0.6, 0.5] },
  ]
  it('ranks 1, 3, 2 and their cumulative curve', () => {
    const ranks = probes.map((p) => rankOf(p, gallery)!)
    expect(ranks).toEqual([1, 3, 2])
    expect(cumulativeMatch(ranks, 3)).toEqual([1 / 3, 2 / 3, 1])
  })
  it('has no rank for a probe without a mate', () =>
    expect(rankOf({ subject: 'z', scores: [1, 2, 3] }, gallery)).toBeNull())
  it('mean average precision with one and with two mates', () => {
    expect(meanAveragePrecision(probes, gallery)).toBeCloseTo((1 + 1 / 3 + 1 / 2) / 3)
    expect(meanAveragePrecision([{ subject: 'a', scores: [0.9, 0.5, 0.7] }], ['a', 'a', 'b'])).toBeCloseTo(
      (1 + 2 / 3) / 2,
    )
    // Ranked c 0.9, mate 0.7, tie at 0.5 (the other first), mate 0.5: (1/2 + 2/4) / 2.
    const tied = { subject: 'a', scores: [0.5, 0.7, 0.5, 0.9] }
    expect(averagePrecision(tied, ['a', 'a', 'b', 'c'])).toBe(0.5)
    expect(averagePrecision({ subject: 'z', scores: [1] }, ['a'])).toBeNull()
  })
  it('misses are counted at the threshold that keeps false positives within the wish', () => {
    const outcome = (subject: string, scores: number[]): Outcome => outcomeOf({ subject, scores }, gallery)
    const mated = probes.map((p) => outcome(p.subject, p.scores))
    const unmated = [0.1, 0.2, 0.3, 0.55].map((top) => outcome('z', [top, 0, 0]))
    expect(unmated[3]).toEqual({ subject: 'z', rank: null, averagePrecision: null, top: 0.55, mate: -Infinity })
    expect(fnirAtFpir(mated, unmated, 0.25, 3)).toEqual({ threshold: 0.3, fpir: 0.25, fnir: 1 / 3 })
    expect(fnirAtFpir(mated, unmated, 0.25, 1)).toMatchObject({ fnir: 2 / 3 })
  })
})

describe('bootstrap', () => {
  it('holds the mean of identities, is wider for fewer, and repeats by its seed', () => {
    const groups = (n: number): number[][] => Array.from({ length: n }, (_, i) => [i % 2, i % 2])
    const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length
    const many = bootstrapByIdentity(groups(200), mean)
    const few = bootstrapByIdentity(groups(20), mean)
    expect(many.value).toBe(0.5)
    expect(few.high - few.low).toBeGreaterThan(many.high - many.low)
    expect(few.standardError).toBeGreaterThan(Math.sqrt(0.25 / 20) * 0.85)
    expect(few.standardError).toBeLessThan(Math.sqrt(0.25 / 20) * 1.15)
    expect(bootstrapByIdentity(groups(20), mean)).toEqual(few)
  })
})

describe('fidelity', () => {
  const grid = Array.from({ length: 256 }, (_, k) => [Math.floor(k / 16), k % 16] as const)
  const x = Float64Array.from(grid, ([i, j]) => (7 * i + 13 * j) % 256)
  const y = Float64Array.from(grid, ([i, j], k) => Math.min(255, Math.max(0, x[k]! + 10 * (((i + j) % 3) - 1))))
  it('PSNR 30.013430694 dB and SSIM 0.940313427', () => {
    expect(psnr(x, y)).toBeCloseTo(30.013430694, 7)
    expect(ssim(x, y, 16, 16)).toBeCloseTo(0.940313427, 7)
    expect(ssim(x, x, 16, 16)).toBeCloseTo(1, 12)
    expect(ssim(new Float64Array(256).fill(100), new Float64Array(256).fill(110), 16, 16)).toBeCloseTo(0.995476444, 7)
  })
  it('cumulative scores', () =>
    expect(cumulativeScores([20, 22, 25, 30], [20, 22, 24, 26, 30])).toEqual([1, 0.75, 0.5, 0.25, 0.25]))
})
