// How sure is a number? Resampling of identities, not images: pictures of one person are not independent.
import { random } from '../images/random.ts'

export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
  /** Standard deviation of the resampled values. */
  readonly standardError: number
  readonly resamples: number
}

/**
 * Percentile interval of a statistic by resampling identities with replacement.
 * @param groups items by identity @param statistic of a list of items; NaN results are left out
 * @param level e.g. 0.95
 * @see Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13
 */
export function bootstrapByIdentity<T>(
  groups: readonly (readonly T[])[],
  statistic: (items: readonly T[]) => number,
  { resamples = 1000, level = 0.95, seed = 1 }: { resamples?: number; level?: number; seed?: number } = {},
): Interval {
  const draw = random(seed, groups.length)
  const values: number[] = []
  for (let i = 0; i < resamples; i++) {
    const value = statistic(Array.from({ length: groups.length }, () => groups[draw.below(groups.length)]!).flat())
    if (Number.isFinite(value)) values.push(value)
  }
  values.sort((a, b) => a - b)
  const at = (share: number): number =>
    values[Math.min(values.length - 1, Math.max(0, Math.round(share * (values.length - 1))))] ?? Number.NaN
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length - 1)
  return {
    value: statistic(groups.flat()),
    low: at((1 - level) / 2),
    high: at((1 + level) / 2),
    standardError: Math.sqrt(variance),
    resamples: values.length,
  }
}
