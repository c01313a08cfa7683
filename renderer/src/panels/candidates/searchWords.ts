// What a search used of its package's inference options, in one line.
import type { SearchInference } from '../../../../core/contract/searches.ts'
import { count } from '../../format/format.ts'

export function searchWords({ flip, nativeSide, probeNetwork, galleryNetwork, second }: SearchInference): string {
  return [
    `probe ${nativeSide} px`,
    ...(flip ? ['with mirror images'] : []),
    ...(probeNetwork === galleryNetwork ? [] : ['gallery by a network of its own']),
    ...(second === null
      ? []
      : second.used
        ? [`second score of weight ${second.weight} for the best ${count(second.compared)} templates`]
        : [`no second score above ${second.upTo} px`]),
  ].join(' · ')
}
