// Identification: where in a ranked gallery does the right person stand? CMC, rank-k, mAP, open-set rates.

/** One probe's scores against a gallery; entries of one subject may be several. */
export interface ProbeScores {
  readonly subject: string
  readonly scores: ArrayLike<number>
}

/** 1 + number of gallery entries that score strictly higher than the probe's best mate; null where it has no mate. */
export function rankOf({ subject, scores }: ProbeScores, gallery: readonly string[]): number | null {
  let mate = Number.NEGATIVE_INFINITY
  for (const [i, name] of gallery.entries()) if (name === subject) mate = Math.max(mate, scores[i]!)
  if (mate === Number.NEGATIVE_INFINITY) return null
  let higher = 0
  for (let i = 0; i < gallery.length; i++) if (scores[i]! > mate) higher++
  return higher + 1
}

/** Share of mated probes whose rank is at most k, for k = 1 … most. */
export function cumulativeMatch(ranks: readonly number[], most: number): number[] {
  return Array.from({ length: most }, (_, i) => ranks.filter((r) => r <= i + 1).length / ranks.length)
}

/** Mean over probes of the average precision of their mates in the ranked gallery; ties rank non-mates first. */
export function meanAveragePrecision(probes: readonly ProbeScores[], gallery: readonly string[]): number {
  const precisions = probes.flatMap((probe) => {
    const order = gallery
      .map((name, i) => ({ mate: name === probe.subject, score: probe.scores[i]! }))
      .toSorted((a, b) => b.score - a.score || Number(a.mate) - Number(b.mate))
    let found = 0
    let sum = 0
    for (const [i, entry] of order.entries()) if (entry.mate) sum += ++found / (i + 1)
    return found === 0 ? [] : [sum / found]
  })
  return precisions.reduce((a, b) => a + b, 0) / precisions.length
}

export interface OpenSetRate {
  readonly threshold: number
  /** Share of unmated probes with any candidate at or above the threshold. */
  readonly fpir: number
  /** Share of mated probes whose mate is not among the first `rank` candidates at or above the threshold. */
  readonly fnir: number
}

/**
 * FNIR(N, R, T) at the lowest threshold whose FPIR is at most the wished one.
 * @param mated probes with a subject in the gallery @param unmated probes without
 * @see ISO/IEC 19795-1:2021, clause 3 (FPIR, FNIR)
 */
export function fnirAtFpir(
  mated: readonly ProbeScores[],
  unmated: readonly ProbeScores[],
  gallery: readonly string[],
  fpir: number,
  rank: number,
): OpenSetRate {
  const tops = unmated.map((p) => Math.max(...Array.from(p.scores))).toSorted((a, b) => b - a)
  const allowed = Math.floor(fpir * tops.length)
  const barrier = tops[allowed]
  const accepted = (top: number): boolean => barrier === undefined || top > barrier
  const realised = tops.filter(accepted).length / tops.length
  const missed = mated.filter((probe) => {
    const place = rankOf(probe, gallery)
    const mate = Math.max(
      ...gallery.map((name, i) => (name === probe.subject ? probe.scores[i]! : Number.NEGATIVE_INFINITY)),
    )
    return place === null || place > rank || !accepted(mate)
  })
  return { threshold: barrier ?? Number.NEGATIVE_INFINITY, fpir: realised, fnir: missed.length / mated.length }
}
