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

/** Average precision of a probe's mates in the ranked gallery, ties ranking non-mates first; null where it has no mate. */
export function averagePrecision({ subject, scores }: ProbeScores, gallery: readonly string[]): number | null {
  const mates = gallery.flatMap((name, i) => (name === subject ? [scores[i]!] : [])).toSorted((a, b) => b - a)
  if (mates.length === 0) return null
  // Non-mates before each mate: each is counted at the first mate that it does not precede.
  const before = new Float64Array(mates.length)
  for (let i = 0; i < gallery.length; i++) {
    const score = scores[i]!
    if (score < mates.at(-1)! || gallery[i] === subject) continue
    for (let k = mates.length - 1; k >= 0 && score >= mates[k]!; k--) before[k]!++
  }
  return mates.reduce((sum, _, k) => sum + (k + 1) / (k + 1 + before[k]!), 0) / mates.length
}

/** Mean over mated probes of their average precision. */
export function meanAveragePrecision(probes: readonly ProbeScores[], gallery: readonly string[]): number {
  const precisions = probes.flatMap((probe) => averagePrecision(probe, gallery) ?? [])
  return precisions.reduce((a, b) => a + b, 0) / precisions.length
}

/** What is left of one probe's scores, so that no probe's whole row must be kept. */
export interface Outcome {
  readonly subject: string
  /** Null: no mate in the gallery. Infinity: it has one, and gave no template. */
  readonly rank: number | null
  readonly averagePrecision: number | null
  /** Highest score of any entry, and of a mate. */
  readonly top: number
  readonly mate: number
}

export function outcomeOf(probe: ProbeScores, gallery: readonly string[]): Outcome {
  let [top, mate] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < gallery.length; i++) {
    const score = probe.scores[i]!
    if (score > top) top = score
    if (score > mate && gallery[i] === probe.subject) mate = score
  }
  return {
    subject: probe.subject,
    rank: rankOf(probe, gallery),
    averagePrecision: averagePrecision(probe, gallery),
    top,
    mate,
  }
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
  mated: readonly Pick<Outcome, 'rank' | 'mate'>[],
  unmated: readonly Pick<Outcome, 'top'>[],
  fpir: number,
  rank: number,
): OpenSetRate {
  const tops = unmated.map((p) => p.top).toSorted((a, b) => b - a)
  const barrier = tops[Math.floor(fpir * tops.length)]
  const accepted = (score: number): boolean => barrier === undefined || score > barrier
  const missed = mated.filter((p) => p.rank === null || p.rank > rank || !accepted(p.mate))
  return {
    threshold: barrier ?? Number.NEGATIVE_INFINITY,
    fpir: tops.filter(accepted).length / tops.length,
    fnir: missed.length / mated.length,
  }
}
