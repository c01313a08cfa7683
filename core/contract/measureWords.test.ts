// The measured sentence: figures of the measurement, and never a rounded "never" or "always".
import { expect, it } from 'vitest'
import { measureWords, spreadWords } from './measureWords.ts'

const measure = {
  resolution: 14,
  faces: 600,
  nearerToOther: 0.714,
  bicubicNearerToOther: 0.655,
  error: 16.2,
  judge: 'A judge',
  cosine: 0.31,
  bicubicCosine: 0.28,
}

it('says how often another person is nearer, of bicubic enlargement too, and on how many faces', () =>
  expect(measureWords(measure)).toBe(
    'At 14 px the hallucinated face is nearer to a different person in 71 of 100 cases (66 of 100 for bicubic enlargement); n\u00a0=\u00a0600\u00a0faces, by A judge.',
  ))
it('rounds nothing to none or to all', () => {
  const words = measureWords({ ...measure, nearerToOther: 0.998, bicubicNearerToOther: 0.002, faces: 12345 })
  expect(words).toContain('in more than 99 of 100 cases (less than 1 of 100')
  expect(words).toContain('n\u00a0=\u00a012\u202f345\u00a0faces')
  expect(measureWords({ ...measure, nearerToOther: 1, bicubicNearerToOther: 0 })).toContain('in 100 of 100 cases (0 of')
})
it('says so where nothing was measured', () => expect(measureWords(null)).toBe('Not measured at this size.'))
it('says how wrong the samples are beside how much they differ', () => {
  expect(spreadWords(4.21, measure)).toBe(
    'On average they differ by 4.2 of 255 steps; at this size they are wrong by 16.',
  )
  expect(spreadWords(4.21, null)).toBe('On average they differ by 4.2 of 255 steps.')
})
