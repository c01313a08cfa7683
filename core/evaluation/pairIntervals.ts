// 95 % intervals of a verification result: identities are drawn again, and a pair counts as often as its people were.
import { random } from '../images/random.ts'
import type { ScoredPair } from './verification.ts'

/** A scored pair that knows its people; one name twice where they are the same. */
export interface NamedPair extends ScoredPair {
  readonly subjects: readonly [string, string]
}
export type Bounds = readonly [low: number, high: number]
export interface PairIntervals {
  readonly resamples: number
  readonly seed: number
  readonly accuracy: Bounds
  readonly auc: Bounds
  readonly eer: Bounds
  /** By wished FAR, as a decimal. */
  readonly tarAtFar: Readonly<Record<string, Bounds>>
}

export interface Sums {
  auc: number
  eer: number
  tars: number[]
}

/** AUC, EER and TARs of pairs sorted by falling score, each counting `weight` times; NaN where a kind weighs nothing. */
export function weightedSums(
  sorted: readonly { score: number; same: boolean; at: number }[],
  weight: Float64Array,
  fars: readonly number[],
): Sums {
  let [same, other] = [0, 0]
  for (const p of sorted) {
    if (p.same) same += weight[p.at]!
    else other += weight[p.at]!
  }
  if (same === 0 || other === 0) return { auc: NaN, eer: NaN, tars: fars.map(() => NaN) }
  let [tar, far, auc, eer] = [0, 0, 0, NaN]
  // A TAR is the share of matches strictly above the highest score at which more than the wished share of others is accepted.
  const tars = fars.map(() => NaN)
  for (let i = 0; i < sorted.length;) {
    const { score } = sorted[i]!
    const before = { tar, far }
    for (; i < sorted.length && sorted[i]!.score === score; i++) {
      const share = weight[sorted[i]!.at]!
      if (sorted[i]!.same) tar += share / same
      else far += share / other
    }
    auc += ((far - before.far) * (tar + before.tar)) / 2
    for (const [k, wished] of fars.entries())
      if (Number.isNaN(tars[k]!) && far > wished + 1e-12 && far > before.far) tars[k] = before.tar
    if (Number.isNaN(eer) && far >= 1 - tar) {
      const gaps = [1 - before.tar - before.far, 1 - tar - far] as const
      eer = before.far + (gaps[0] === gaps[1] ? 0 : (gaps[0] / (gaps[0] - gaps[1])) * (far - before.far))
    }
  }
  return { auc, eer, tars: tars.map((t) => (Number.isNaN(t) ? 1 : t)) }
}

const bounds = (values: readonly number[], level: number): Bounds => {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
  return [at((1 - level) / 2), at((1 + level) / 2)]
}

/**
 * Percentile intervals by drawing identities with replacement: a pair of one person counts as often as the person was
 * drawn, a pair of two as often as the product says. Thresholds of the accuracy stay as they are; each class keeps its
 * share of the pairs.
 * @param right whether each pair was judged rightly
 * @see Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1(2), 2007
 */
export function pairIntervals(
  pairs: readonly NamedPair[],
  right: readonly boolean[],
  {
    fars,
    resamples = 1000,
    seed = 1,
    level = 0.95,
  }: { fars: readonly number[]; resamples?: number; seed?: number; level?: number },
): PairIntervals {
  const index = new Map([...new Set(pairs.flatMap((p) => p.subjects))].map((name, i) => [name, i]))
  const people = pairs.map((p) => [index.get(p.subjects[0])!, index.get(p.subjects[1])!] as const)
  const sorted = pairs.map((p, at) => ({ score: p.score, same: p.same, at })).sort((a, b) => b.score - a.score)
  const shareSame = pairs.filter((p) => p.same).length / pairs.length
  const draw = random(seed, pairs.length)
  const drawn = new Float64Array(index.size)
  const weight = new Float64Array(pairs.length)
  const values: { accuracy: number; sums: Sums }[] = []
  for (let n = 0; n < resamples; n++) {
    drawn.fill(0)
    for (let i = 0; i < index.size; i++) drawn[draw.below(index.size)]!++
    const all = { same: 0, other: 0 }
    const good = { same: 0, other: 0 }
    for (const [i, [a, b]] of people.entries()) {
      weight[i] = a === b ? drawn[a]! : drawn[a]! * drawn[b]!
      const kind = pairs[i]!.same ? 'same' : 'other'
      all[kind] += weight[i]!
      if (right[i]) good[kind] += weight[i]!
    }
    const accuracy = (shareSame * good.same) / all.same + ((1 - shareSame) * good.other) / all.other
    values.push({ accuracy, sums: weightedSums(sorted, weight, fars) })
  }
  return {
    resamples,
    seed,
    accuracy: bounds(
      values.map((v) => v.accuracy),
      level,
    ),
    auc: bounds(
      values.map((v) => v.sums.auc),
      level,
    ),
    eer: bounds(
      values.map((v) => v.sums.eer),
      level,
    ),
    tarAtFar: Object.fromEntries(
      fars.map((far, k) => [
        String(far),
        bounds(
          values.map((v) => v.sums.tars[k]!),
          level,
        ),
      ]),
    ),
  }
}
