// What stands in a cell of a comparison, and what one would cost, in words.
import type { ComparisonPlan } from '../../../../core/contract/comparisons.ts'
import { count, plural } from '../../format/format.ts'

export interface Standing {
  /** `same`: where the models together put the candidate. `low`: not among the places that are looked at. */
  readonly kind: 'same' | 'near' | 'low'
  /** Beside the rank, so that nobody has to tell colours apart. */
  readonly sign: string
  /** For who cannot see the sign. */
  readonly words: string
}

/**
 * How a model's rank stands to the median rank of all.
 * @param rank null where the model names the candidate nowhere among its `depth` places
 */
export function standing(rank: number | null, median: number, top: number, depth: number): Standing {
  if (rank === null) return { kind: 'low', sign: '▼', words: `not among the first ${count(depth)}` }
  const off = Math.round(Math.abs(rank - median))
  if (off === 0) return { kind: rank > top ? 'low' : 'same', sign: '=', words: 'as the median of the models' }
  const [sign, than] = rank < median ? ['▲', 'higher'] : ['▼', 'lower']
  return {
    kind: rank > top ? 'low' : 'near',
    sign: `${sign}${count(off)}`,
    words: `${plural(off, 'place')} ${than} than the median`,
  }
}

/** "about 8 s", "about 3 min". */
const about = (seconds: number): string =>
  seconds < 90
    ? `about ${Math.max(1, Math.round(seconds))} s`
    : seconds < 5400
      ? `about ${Math.round(seconds / 60)} min`
      : `about ${(seconds / 3600).toFixed(1)} h`

/** What has to be made first; null where everything is there. */
export function costWords({ packages, seconds }: ComparisonPlan): string | null {
  const usable = packages.filter(({ problem }) => problem === null)
  const lacking = usable.filter(({ missing }) => missing > 0)
  const shrunk = usable.reduce((sum, each) => sum + each.shrunk, 0)
  const parts = [
    ...lacking.map(({ name, missing }) => `${plural(missing, 'reference')} to embed by ${name}`),
    ...(shrunk > 0 ? [`up to ${plural(shrunk, 'reference')} to shrink for the second score of a small probe`] : []),
  ]
  if (parts.length === 0) return null
  return `First: ${parts.join('; ')}${seconds === null ? '' : `, ${about(seconds)} in all`}. The gallery and its own templates stay as they are.`
}

/** Agreement numbers: two decimals, a real minus sign; a dash where there is none. */
export const share = (value: number | null): string => (value === null ? '–' : value.toFixed(2).replace('-', '−'))
