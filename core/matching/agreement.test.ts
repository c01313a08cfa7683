// Agreement of rankings: values computed by hand, and what must hold of every pair.
import { describe, expect, test } from 'vitest'
import { firstPlaces, jaccard, kendallTauB, pairAgreements, rankBiasedOverlap, unionRows } from './agreement.ts'

/** Random numbers that come out the same every time (mulberry32). */
function draws(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
const shuffled = (n: number, random: () => number): number[] => {
  const order = Array.from({ length: n }, (_, k) => k)
  for (let k = n - 1; k > 0; k--) {
    const j = Math.floor(random() * (k + 1))
    ;[order[k], order[j]] = [order[j]!, order[k]!]
  }
  return order
}

describe('overlap of heads', () => {
  test('counts what both have of what either has, within the depth', () => {
    expect(jaccard([1, 2, 3, 9], [3, 2, 7, 1], 3)).toBe(2 / 4)
    expect(jaccard([1, 2], [2, 1, 5], 2)).toBe(1)
    expect(jaccard([1], [2], 10)).toBe(0)
    expect(jaccard([], [], 10)).toBe(1)
  })
})

describe('rank-biased overlap', () => {
  test('of heads of one length is the sum of the paper', () => {
    // p = 0.5; A_1 = 0, A_2 = 1, A_3 = 2/3: (0.5/0.5)(0 + 1/4 + 2/3 · 1/8) + 2/3 · 1/8
    expect(rankBiasedOverlap([1, 2, 3], [2, 1, 4], 0.5)).toBeCloseTo(1 / 4 + 1 / 12 + 1 / 12, 12)
  })
  test('of heads of different lengths extrapolates the shorter one', () => {
    // S = 1, L = 1 2, p = 0.5, X_1 = X_2 = 1: (1/2 + 1/2 · 1/4 + 1 · 1/2 · 1/4) + (0 + 1) · 1/4
    expect(rankBiasedOverlap([1], [1, 2], 0.5)).toBeCloseTo(1 / 2 + 1 / 8 + 1 / 8 + 1 / 4, 12)
    // The key that the longer one adds is no agreement that was seen: S = 2, L = 1 2.
    expect(rankBiasedOverlap([2], [1, 2], 0.5)).toBeCloseTo(1 / 8 + 1 / 8, 12)
  })
  test('lies between 0 and 1, knows no order of its two sides, and weighs the top', () => {
    const random = draws(7)
    for (let k = 0; k < 300; k++) {
      const [a, b] = [shuffled(12, random), shuffled(12, random)]
      const [x, y] = [a.slice(0, 1 + Math.floor(random() * 12)), b.slice(0, 1 + Math.floor(random() * 12))]
      const value = rankBiasedOverlap(x, y, 0.9)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1 + 1e-12)
      expect(rankBiasedOverlap(y, x, 0.9)).toBe(value)
      expect(rankBiasedOverlap(x, x, 0.9)).toBeCloseTo(1, 12)
    }
    const swappedAtTop = rankBiasedOverlap([1, 2, 3, 4, 5, 6], [2, 1, 3, 4, 5, 6], 0.9)
    expect(swappedAtTop).toBeLessThan(rankBiasedOverlap([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 6, 5], 0.9))
    expect(rankBiasedOverlap([1, 2], [3, 4], 0.9)).toBe(0)
    expect(rankBiasedOverlap([], [1], 0.9)).toBe(0)
    expect(rankBiasedOverlap([], [], 0.9)).toBe(1)
  })
  test('refuses a persistence that is none', () => {
    for (const p of [0, 1, NaN]) expect(() => rankBiasedOverlap([1], [1], p)).toThrow(RangeError)
  })
})

describe("Kendall's tau-b", () => {
  test('is the textbook value with and without ties', () => {
    expect(kendallTauB([1, 2, 3, 4], [1, 2, 3, 4])).toBe(1)
    expect(kendallTauB([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1)
    // 10 pairs, 8 concordant, 2 discordant
    expect(kendallTauB([1, 2, 3, 4, 5], [2, 1, 3, 5, 4])).toBeCloseTo(0.6, 12)
    // scipy.stats.kendalltau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])
    expect(kendallTauB([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.47140452079103173, 12)
  })
  test('is not defined where one list is all ties', () => {
    expect(kendallTauB([1, 1, 1], [1, 2, 3])).toBeNull()
    expect(kendallTauB([1], [1])).toBeNull()
    expect(() => kendallTauB([1], [1, 2])).toThrow(RangeError)
  })
  test('turns with one list and stays with the order of the pairs', () => {
    const random = draws(11)
    for (let k = 0; k < 100; k++) {
      const x = Array.from({ length: 9 }, () => Math.floor(5 * random()))
      const y = Array.from({ length: 9 }, () => Math.floor(5 * random()))
      const tau = kendallTauB(x, y)
      if (tau === null) continue
      expect(kendallTauB(y, x)).toBeCloseTo(tau, 12)
      expect(
        kendallTauB(
          x,
          y.map((v) => -v),
        ),
      ).toBeCloseTo(-tau, 12)
      expect(kendallTauB(x.toReversed(), y.toReversed())).toBeCloseTo(tau, 12)
    }
  })
})

describe('several rankings', () => {
  const orders = [
    [10, 20, 30, 40],
    [20, 10, 40, 30],
    [10, 30, 20],
  ]
  test('are compared two by two', () => {
    const pairs = pairAgreements(orders, 2, 0.9)
    expect(pairs.map(({ a, b, jaccard: overlap }) => [a, b, overlap])).toEqual([
      [0, 1, 1],
      [0, 2, 1 / 3],
      [1, 2, 1 / 3],
    ])
    expect(pairs[0]!.tau).toBe(-1)
    // 10, 20, 30 stand on 1, 2, 3 and on 1, 3, 2.
    expect(pairs[1]!.tau).toBeCloseTo(1 / 3, 12)
    for (const { rbo } of pairAgreements([orders[0]!, orders[0]!], 4, 0.9)) expect(rbo).toBeCloseTo(1, 12)
  })
  test('become rows of the union, the middle rank first; who is not named stands behind the last', () => {
    expect(unionRows(orders, 2)).toEqual([
      { key: 10, ranks: [1, 2, 1], median: 1, mean: 4 / 3 },
      { key: 20, ranks: [2, 1, 3], median: 2, mean: 2 },
      { key: 30, ranks: [3, 4, 2], median: 3, mean: 3 },
    ])
    expect(unionRows(orders, 4).at(-1)).toEqual({ key: 40, ranks: [4, 3, null], median: 4, mean: 11 / 3 })
    // One model that errs does not bury what two agree on.
    const rest = Array.from({ length: 30 }, (_, k) => 100 + k)
    expect(
      unionRows(
        [
          [1, 2],
          [1, 2],
          [2, ...rest, 1],
        ],
        1,
      )[0]!.key,
    ).toBe(1)
  })
  test('name who stands first, the most often named one first', () => {
    expect(firstPlaces([...orders, []])).toEqual([
      { key: 10, orders: [0, 2] },
      { key: 20, orders: [1] },
    ])
  })
})
