// What a search used of its package's inference options, in one line and for one candidate.
import { probeNetwork } from '../../../../core/contract/models.ts'
import type { SearchInference } from '../../../../core/contract/searches.ts'
import { count } from '../../format/format.ts'

export function searchWords(inference: SearchInference): string {
  const { flip, nativeSide, second } = inference
  const network = networkWords(inference)
  return [
    `probe ${nativeSide} px${network && `, ${network}`}`,
    ...(flip ? ['with mirror images'] : []),
    ...(inference.probeNetwork === inference.galleryNetwork ? [] : ['gallery by a network of its own']),
    ...(second === null
      ? []
      : second.used
        ? [`second score of weight ${second.weight} for the best ${count(second.compared)} templates`]
        : [`no second score above ${second.upTo} px`]),
  ].join(' · ')
}

/** Which network made the probe's template, where the package decides that by the probe's size; else ''. */
export const networkWords = ({ nativeSide, probe }: Pick<SearchInference, 'nativeSide' | 'probe'>): string =>
  probe === null
    ? ''
    : probeNetwork({ probe }, nativeSide) === 'gallery'
      ? `by the gallery’s network (above ${probe.upTo} px)`
      : `by the network for small faces (at most ${probe.upTo} px)`
