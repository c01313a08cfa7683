// What a person asks of a hallucination: how many samples, and from which seed; and why that cannot be.
import type { Hallucination } from '../../../core/contract/hallucinations.ts'

export const SAMPLES = { from: 4, to: 16, usual: 8 } as const
export const LARGEST_SEED = 4_294_967_295

/** Fields may be empty or hold anything while somebody writes. */
export interface Wish {
  readonly samples: number | null
  readonly seed: number | null
}
/** The sentence that says what is wrong with it, or null. */
export function wishProblem({ samples, seed }: Wish): string | null {
  if (!within(samples, SAMPLES.from, SAMPLES.to))
    return `Samples: write a whole number from ${SAMPLES.from} to ${SAMPLES.to}.`
  return within(seed, 0, LARGEST_SEED) ? null : `Seed: write a whole number from 0 to ${LARGEST_SEED}.`
}
const within = (value: number | null, from: number, to: number): boolean =>
  value !== null && Number.isInteger(value) && value >= from && value <= to

/** The smallest seed from 1 that none of these was made with: the same seed would make the same faces again. */
export function nextSeed(made: readonly Pick<Hallucination, 'seed'>[]): number {
  const taken = new Set(made.map((one) => one.seed))
  let seed = 1
  while (taken.has(seed)) seed++
  return seed
}
