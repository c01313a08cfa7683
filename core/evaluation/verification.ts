// Verification: is a pair of faces one person or two? Accuracy over folds, TAR at FAR, ROC, DET, AUC.

/** One compared pair. */
export interface ScoredPair {
  readonly score: number
  readonly same: boolean
  readonly fold: number
}

interface Best {
  readonly threshold: number
  readonly correct: number
}

/**
 * How a threshold is chosen on training pairs; a pair is accepted where score > threshold.
 * exact: midpoints of neighbouring distinct scores and one below and above all, the first best scanning upward.
 * lrfr: cosines -1 … 1 by 0.005, the last best. xqlfw: cosine distance 0 … 2 by 0.001, the first best from 0.
 * insightface: squared distance of unit vectors (2 - 2 cosine) 0 … 4 by 0.01, the first best from 0.
 */
export const THRESHOLDS = ['exact', 'lrfr', 'xqlfw', 'insightface'] as const
export type ThresholdRule = (typeof THRESHOLDS)[number]

/** Scanned from step 0 on; `last`: of equally good ones the last. */
const GRIDS = {
  lrfr: { steps: 400, last: true, at: (k: number) => -1 + k * 0.005 },
  xqlfw: { steps: 2000, last: false, at: (k: number) => 1 - k * 0.001 },
  insightface: { steps: 399, last: false, at: (k: number) => 1 - k * 0.005 },
} as const

function bestExact(pairs: readonly ScoredPair[]): Best {
  const sorted = pairs.toSorted((a, b) => a.score - b.score)
  const first = sorted[0]
  if (!first) throw new Error('no pairs to choose a threshold from')
  let correct = sorted.filter((p) => p.same).length
  let best: Best = { threshold: first.score - 1, correct }
  for (let i = 0; i < sorted.length;) {
    const score = sorted[i]!.score
    for (; i < sorted.length && sorted[i]!.score === score; i++) correct += sorted[i]!.same ? -1 : 1
    if (correct > best.correct)
      best = { threshold: i < sorted.length ? (score + sorted[i]!.score) / 2 : score + 1, correct }
  }
  return best
}

function bestThreshold(pairs: readonly ScoredPair[], rule: ThresholdRule): Best {
  if (rule === 'exact') return bestExact(pairs)
  const { steps, last, at } = GRIDS[rule]
  let best: Best = { threshold: at(0), correct: -1 }
  for (let k = 0; k <= steps; k++) {
    const threshold = at(k)
    let correct = 0
    for (const p of pairs) if (p.score > threshold === p.same) correct++
    if (correct > best.correct || (last && correct === best.correct)) best = { threshold, correct }
  }
  return best
}

export interface FoldAccuracy {
  /** Mean over the folds, 0..1. */
  readonly accuracy: number
  /** Standard deviation over the folds divided by √folds, from five folds on; else the binomial error of the accuracy. */
  readonly standardError: number
  readonly errorFrom: 'folds' | 'binomial'
  readonly folds: readonly { readonly threshold: number; readonly accuracy: number }[]
  /** Where the thresholds come from: the other folds, or the other half of the only one. */
  readonly thresholdFrom: 'folds' | 'halves'
  /** The best single threshold over all pairs and its accuracy: an upper bound, not a result. */
  readonly best: { readonly threshold: number; readonly accuracy: number }
  /** For each pair whether it was judged rightly at its fold's threshold, in the order of the pairs. */
  readonly right: readonly boolean[]
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

/**
 * Two folds of pairs that have one fold only: the first half of the pairs of one person and of two, in file order, and
 * the second half. Files name people in alphabetical order, so that one person's pairs mostly stay together.
 */
export function inHalves<T extends { readonly same: boolean; readonly fold: number }>(pairs: readonly T[]): T[] {
  const total = { same: pairs.filter((p) => p.same).length, other: pairs.filter((p) => !p.same).length }
  const seen = { same: 0, other: 0 }
  return pairs.map((p) => {
    const kind = p.same ? 'same' : 'other'
    return { ...p, fold: seen[kind]++ < Math.ceil(total[kind] / 2) ? 0 : 1 }
  })
}

/** Folds from which on their own spread says how sure the mean is. */
const ENOUGH_FOLDS = 5

/**
 * For each fold the threshold that is best on the others is applied to it; the result is the mean of the accuracies.
 * A single fold is halved, and each half gets the threshold of the other.
 * @see Huang et al., Labeled Faces in the Wild, 2007, View 2
 */
export function foldAccuracy(given: readonly ScoredPair[], rule: ThresholdRule = 'exact'): FoldAccuracy {
  const single = new Set(given.map((p) => p.fold)).size === 1
  const pairs = single ? inHalves(given) : given
  const names = [...new Set(pairs.map((p) => p.fold))].toSorted((a, b) => a - b)
  const over = bestThreshold(pairs, rule)
  const thresholds = new Map(
    names.map((fold) => {
      const others = pairs.filter((p) => p.fold !== fold)
      return [fold, bestThreshold(others.length > 0 ? others : pairs, rule).threshold] as const
    }),
  )
  const right = pairs.map((p) => p.score > thresholds.get(p.fold)! === p.same)
  const folds = names.map((fold) => {
    const held = right.filter((_, i) => pairs[i]!.fold === fold)
    return { threshold: thresholds.get(fold)!, accuracy: held.filter(Boolean).length / held.length }
  })
  const accuracies = folds.map((f) => f.accuracy)
  const accuracy = mean(accuracies)
  const enough = !single && names.length >= ENOUGH_FOLDS
  const deviation = Math.sqrt(accuracies.reduce((sum, a) => sum + (a - accuracy) ** 2, 0) / (accuracies.length - 1))
  return {
    accuracy,
    standardError: enough ? deviation / Math.sqrt(accuracies.length) : binomialError(accuracy, pairs.length),
    errorFrom: enough ? 'folds' : 'binomial',
    folds,
    thresholdFrom: single ? 'halves' : 'folds',
    best: { threshold: over.threshold, accuracy: over.correct / pairs.length },
    right,
  }
}

/** Standard error of a share p of n independent trials. */
export const binomialError = (p: number, n: number): number => Math.sqrt((p * (1 - p)) / n)

export interface Rate {
  readonly far: number
  readonly tar: number
  readonly threshold: number
  /** What was really accepted of the negatives; at most the wished rate unless scores are equal. */
  readonly realisedFar: number
}

/**
 * True accept rate at a wished false accept rate: the threshold is the negative score of rank ⌊f·N⌋ (from 0, highest
 * first) and only scores above it are accepted. Never interpolated.
 */
export function tarAtFar(pairs: readonly ScoredPair[], far: number): Rate {
  const negatives = pairs
    .filter((p) => !p.same)
    .map((p) => p.score)
    .toSorted((a, b) => b - a)
  const positives = pairs.filter((p) => p.same)
  if (negatives.length === 0 || positives.length === 0)
    throw new Error('TAR at FAR needs pairs of one person and pairs of two')
  const threshold = negatives[Math.min(Math.floor(far * negatives.length), negatives.length - 1)]!
  const above = (scores: readonly number[]): number => scores.filter((s) => s > threshold).length / scores.length
  return { far, tar: above(positives.map((p) => p.score)), threshold, realisedFar: above(negatives) }
}

/** Points (FAR, TAR) from (0, 0) to (1, 1), one for each distinct score; DET plots 1 - TAR against FAR. */
export function roc(pairs: readonly ScoredPair[]): { far: number; tar: number; threshold: number }[] {
  const sorted = pairs.toSorted((a, b) => b.score - a.score)
  const total = { same: pairs.filter((p) => p.same).length, other: pairs.filter((p) => !p.same).length }
  const points = [{ far: 0, tar: 0, threshold: Number.POSITIVE_INFINITY }]
  let same = 0
  let other = 0
  for (let i = 0; i < sorted.length;) {
    const { score } = sorted[i]!
    for (; i < sorted.length && sorted[i]!.score === score; i++) {
      if (sorted[i]!.same) same++
      else other++
    }
    points.push({ far: other / total.other, tar: same / total.same, threshold: score })
  }
  return points
}

/** Area under the ROC = probability that a pair of one person scores above a pair of two, ties counting half. */
export function areaUnderRoc(pairs: readonly ScoredPair[]): number {
  const points = roc(pairs)
  return points.slice(1).reduce((area, p, i) => area + ((p.far - points[i]!.far) * (p.tar + points[i]!.tar)) / 2, 0)
}

/** Where false accepts and false rejects are equally frequent, between the two nearest points of the ROC. */
export function equalErrorRate(pairs: readonly ScoredPair[]): number {
  const points = roc(pairs)
  for (const [i, p] of points.entries()) {
    if (p.far < 1 - p.tar) continue
    const before = points[i - 1] ?? p
    const gap = (q: { far: number; tar: number }): number => 1 - q.tar - q.far
    const share = gap(before) === gap(p) ? 0 : gap(before) / (gap(before) - gap(p))
    return before.far + share * (p.far - before.far)
  }
  return 1
}
