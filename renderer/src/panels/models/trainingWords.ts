// What a model was trained by and what was measured of it, short enough for a line in the list of models.
import { recipeNames, type ModelCard } from '../../../../core/contract/models.ts'
import { count } from '../../format/format.ts'
import { measurementGroups, type MeasurementGroup } from './measurementGroups.ts'

/** "vestige-s, vestige-s-long"; where the card names no recipe file, its own words. */
export function recipeWords(card: Pick<ModelCard, 'recipe'>): string {
  const names = recipeNames(card)
  return names.length > 0 ? names.join(', ') : card.recipe || 'not stated'
}

/** The first thing that was measured, size by size; null where nothing was. */
export const mainEvidence = (card: Pick<ModelCard, 'measurements'>): MeasurementGroup | null =>
  measurementGroups(card.measurements)[0] ?? null

/** Its least, its middle and its largest size: "Verification accuracy (N 600): 7 px 0.887 ± 0.013 · …". */
export function evidenceWords(card: Pick<ModelCard, 'measurements'>): string {
  const evidence = mainEvidence(card)
  if (!evidence) return 'nothing measured'
  const lines = evidence.lines.toSorted((a, b) => parseFloat(a.resolution) - parseFloat(b.resolution))
  const chosen = [...new Set([0, (lines.length - 1) >> 1, lines.length - 1])].map((k) => lines[k]!)
  const counts = [...new Set(chosen.map(({ n }) => count(n)))].join(', ')
  const sizes = chosen.map(({ resolution, value }) => `${resolution} ${value}`).join(' · ')
  return `${evidence.what.split(/[,;(]/)[0]!.trim()} (N ${counts}): ${sizes}`
}
