// The numbers of an identification: rank-k with its curve, mAP, open-set rates, intervals by identity.
import { bootstrapByIdentity } from './bootstrap.ts'
import { cumulativeMatch, fnirAtFpir, type OpenSetRate, type Outcome } from './identification.ts'
import { binomialError } from './verification.ts'

export interface IdentificationResult {
  /** Group of probes, e.g. a distance; 'all' where the protocol has no groups. */
  readonly group: string
  readonly resolution: number | 'native'
  /** Rank-1, 0..1; the same as rank["1"]. */
  readonly accuracy: number
  /** Binomial over mated probes. */
  readonly se: number
  readonly rank: Readonly<Record<string, number>>
  readonly map: number
  /** Share of probes with rank at most k, for k = 1 … 50 or the gallery's size. */
  readonly cmc: readonly number[]
  /** By wished FPIR; the rank within which a mate must stand is 1. Null where every probe has a mate. */
  readonly openSet: Readonly<Record<string, OpenSetRate>> | null
  readonly interval95: { readonly accuracy: readonly [number, number]; readonly map: readonly [number, number] } | null
  readonly probes: { readonly mated: number; readonly unmated: number }
  readonly gallery: number
}

export interface IdentificationNumbers {
  readonly group: string
  readonly resolution: number | 'native'
  readonly ranks: readonly number[]
  readonly fpirs: readonly number[]
  readonly gallery: number
  readonly resamples: number
}

const LONGEST_CURVE = 50

/** @param closed outcomes of the closed set @param open of mated and unmated probes together, where there is such a set */
export function identificationResult(
  closed: readonly Outcome[],
  open: readonly Outcome[] | null,
  { group, resolution, ranks, fpirs, gallery, resamples }: IdentificationNumbers,
): IdentificationResult {
  const mated = closed.filter((o) => o.rank !== null)
  const curve = cumulativeMatch(
    mated.map((o) => o.rank!),
    Math.max(...ranks, Math.min(LONGEST_CURVE, gallery)),
  )
  const precision = (some: readonly Outcome[]): number =>
    some.reduce((sum, o) => sum + o.averagePrecision!, 0) / some.length
  const first = (some: readonly Outcome[]): number => some.filter((o) => o.rank === 1).length / some.length
  const people = [...Map.groupBy(mated, (o) => o.subject).values()]
  const interval = (statistic: (some: readonly Outcome[]) => number): [number, number] => {
    const { low, high } = bootstrapByIdentity(people, statistic, { resamples })
    return [low, high]
  }
  const unmated = open?.filter((o) => o.rank === null) ?? []
  const accuracy = first(mated)
  return {
    group,
    resolution,
    accuracy,
    se: binomialError(accuracy, mated.length),
    rank: Object.fromEntries(ranks.map((k) => [String(k), curve[k - 1]!])),
    map: precision(mated),
    cmc: curve,
    openSet:
      open && unmated.length > 0
        ? Object.fromEntries(
            fpirs.map((fpir) => [
              String(fpir),
              fnirAtFpir(
                open.filter((o) => o.rank !== null),
                unmated,
                fpir,
                1,
              ),
            ]),
          )
        : null,
    interval95: resamples > 0 && mated.length > 0 ? { accuracy: interval(first), map: interval(precision) } : null,
    probes: { mated: mated.length, unmated: unmated.length },
    gallery,
  }
}
