// The sentence on rank 1 says what the numbers say, for every way in which models may stand together.
import { expect, test } from 'vitest'
import { agreementWords, firstAgreement } from './comparisonWords.ts'
import type { Comparison } from './comparisons.ts'

const of = (groups: Record<string, number[]>, count: number, broken: number[] = []): Comparison =>
  ({
    packages: Array.from({ length: count }, (_, k) => ({
      name: `M${k + 1}`,
      problem: broken.includes(k) ? 'It is broken.' : null,
    })),
    agreement: {
      first: Object.entries(groups).map(([subject, packages]) => ({ subject, packages, fileName: 'a.jpg' })),
    },
  }) as Comparison

test('all, most, some, one, none', () => {
  expect(agreementWords(of({ Ana: [0, 1, 2, 3] }, 4))).toBe('All 4 models agree on rank 1: Ana.')
  expect(agreementWords(of({ Ana: [0, 1] }, 2))).toBe('Both models agree on rank 1: Ana.')
  expect(agreementWords(of({ Ana: [0, 1, 3], Bo: [2] }, 4))).toBe(
    '3 of 4 models agree on rank 1, Ana; M3 puts Bo first.',
  )
  expect(agreementWords(of({ Ana: [0, 2], Bo: [1, 3] }, 4))).toBe(
    'The models disagree on rank 1: M1 and M3 put Ana first and M2 and M4 put Bo first.',
  )
  expect(agreementWords(of({ Ana: [0], Bo: [1], Cy: [2] }, 3))).toBe(
    'The models disagree on rank 1: M1 puts Ana first, M2 puts Bo first and M3 puts Cy first.',
  )
  expect(agreementWords(of({ Ana: [1] }, 2, [0]))).toBe(
    'Only M2 ranks this gallery: there is nothing to compare it with.',
  )
  expect(agreementWords(of({}, 2, [0, 1]))).toBe('No model ranks this gallery for this probe.')
})

test('a model that ranks nothing is not counted', () => {
  expect(firstAgreement(of({ Ana: [0, 2] }, 3, [1]))).toEqual({ agree: 2, of: 2 })
  expect(agreementWords(of({ Ana: [0, 2] }, 3, [1]))).toBe('Both models agree on rank 1: Ana.')
})
