// Samples and seed of a hallucination: what is refused before the host is asked, and that another one is another one.
import { describe, expect, it } from 'vitest'
import { hallucinationCalls } from '../../../core/contract/hallucinations.ts'
import { LARGEST_SEED, nextSeed, SAMPLES, wishProblem } from './wish.ts'

describe('a wish', () => {
  it('is refused exactly where the contract refuses it', () => {
    const { in: schema } = hallucinationCalls['hallucinations.create']
    for (const samples of [null, 3, 4, 4.5, 8, 16, 17, NaN])
      for (const seed of [null, -1, 0, 0.5, 1, LARGEST_SEED, LARGEST_SEED + 1])
        expect(wishProblem({ samples, seed }) === null, `${samples} samples, seed ${seed}`).toBe(
          schema.safeParse({ probeId: 1, samples, seed }).success,
        )
  })
  it('has the contract’s number of samples where nobody asks for another', () =>
    expect(hallucinationCalls['hallucinations.create'].in.parse({ probeId: 1 }).samples).toBe(SAMPLES.usual))
})

describe('the next seed', () => {
  it('is one that was not used, whatever the order', () => {
    expect(nextSeed([])).toBe(1)
    expect(nextSeed([{ seed: 3 }, { seed: 1 }, { seed: 900 }])).toBe(2)
    expect(nextSeed([{ seed: 2 }, { seed: 1 }])).toBe(3)
  })
})
