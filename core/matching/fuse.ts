// The second score: the best templates of a scan are ranked anew by what the gallery face would score shrunk.

/**
 * Templates that get a second score: the best so many by the first one, all of a smaller gallery. A face that the first
 * score puts lower is not listed. The first probe of a size waits for the network to see them all: two runs a face with flip.
 */
export const SHORTLIST = 1000

export interface Scored {
  readonly templateId: number
  readonly subjectId: number
  /** Cosine of probe and gallery template. */
  readonly cosine: number
  /** Cosine of the probe's template and that of the shrunk gallery face. */
  readonly second: number
}
export interface Fused extends Scored {
  /** (1 - weight) cosine + weight second. */
  readonly score: number
}

/** Best first; equal scores by lower template id, as in a scan. @param weight of the second score, 0..1 */
export function fuse(
  scored: readonly Scored[],
  { weight, top, perSubject }: { weight: number; top: number; perSubject: 'best' | 'all' },
): Fused[] {
  const seen = new Set<number>()
  const first = ({ subjectId }: Fused): boolean => !seen.has(subjectId) && Boolean(seen.add(subjectId))
  const fused = scored
    .map((each): Fused => ({ ...each, score: (1 - weight) * each.cosine + weight * each.second }))
    .sort((a, b) => b.score - a.score || a.templateId - b.templateId)
  return (perSubject === 'best' ? fused.filter(first) : fused).slice(0, top)
}
