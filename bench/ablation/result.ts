// What is kept of one trained row: its accuracy at every size, and which comparisons it judged rightly.
import { z } from 'zod'
import { foldAccuracy, inHalves, type ScoredPair } from '../../core/evaluation/verification.ts'

export const Result = z.strictObject({
  row: z.string(),
  seed: z.number(),
  /** SHA-256 of the recipe with its seed. */
  recipe: z.string(),
  faces: z.number(),
  identities: z.number(),
  device: z.string(),
  cpuSeconds: z.number(),
  at: z.array(
    z.strictObject({
      px: z.number(),
      /** 0..1 */
      accuracy: z.number(),
      se: z.number(),
      auc: z.number(),
      pairs: z.number(),
      /** One digit a comparison, 1 where it was judged rightly; both directions of a pair beside each other. */
      right: z.string(),
    }),
  ),
})
export type Result = z.infer<typeof Result>

/** As the evaluation judges one fold: halved, each half with the threshold of the other, a pair's directions together. */
export function rights(scored: readonly ScoredPair[]): string {
  const halved = inHalves(scored.filter((_, i) => i % 2 === 0))
  const pairs = scored.map((p, i) => ({ ...p, fold: halved[Math.floor(i / 2)]!.fold }))
  return foldAccuracy(pairs)
    .right.map((r) => (r ? '1' : '0'))
    .join('')
}
