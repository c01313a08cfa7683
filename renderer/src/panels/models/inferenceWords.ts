// A package's inference options as sentences.
import { galleryNetwork, type ModelCard } from '../../../../core/contract/models.ts'

export interface InferenceWords {
  readonly templates: string
  readonly probes: string
  readonly galleries: string
  readonly second: string
}

export function inferenceWords(card: Pick<ModelCard, 'sha256' | 'inference'>): InferenceWords {
  const { flip = false, probe = null, second = null } = card.inference ?? {}
  const share = second && percent(second.weight)
  return {
    templates: flip ? 'made of the face and its mirror image' : 'made of the face as it is',
    probes: probe
      ? `of at most ${probe.upTo} px by a network for small faces, larger ones by that of galleries`
      : 'by the same network, whatever their size',
    galleries:
      galleryNetwork(card) === card.sha256
        ? 'made by the same network as probes'
        : 'made by a network of their own, which answers like the one for probes',
    second: second
      ? `for probes of at most ${second.upTo} px: ${share} of the score is the cosine with the gallery face shrunk to the probe’s size`
      : 'none: the score is the cosine of two templates',
  }
}
/** A weight, never a score: 0.35 → "35 %". */
const percent = (weight: number): string => `${Number((100 * weight).toFixed(1))} %`
