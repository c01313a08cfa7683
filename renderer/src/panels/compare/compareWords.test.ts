// Cells say in signs and words how far a model stands from the others; the cost is told in plain numbers.
import { expect, it } from 'vitest'
import { costWords, share, standing } from './compareWords.ts'

it('tells a rank from the median by sign, words and kind', () => {
  expect(standing(3, 3, 10, 1000)).toEqual({ kind: 'same', sign: '=', words: 'as the median of the models' })
  expect(standing(1, 4, 10, 1000)).toMatchObject({ kind: 'near', sign: '▲3', words: '3 places higher than the median' })
  expect(standing(5, 4, 10, 1000)).toMatchObject({ kind: 'near', sign: '▼1', words: '1 place lower than the median' })
  expect(standing(37, 4, 10, 1000)).toMatchObject({ kind: 'low', sign: '▼33' })
  expect(standing(null, 4, 10, 1000).words).toBe('not among the first 1\u202f000')
})

it('says what has to be made first, and nothing where all is there', () => {
  const models = (missing: number, shrunk: number, problem: string | null = null) => [
    { hash: 'a', name: 'Own', active: true, there: 1200, missing: 0, shrunk, problem: null },
    { hash: 'b', name: 'Other', active: false, there: 0, missing, shrunk: 0, problem },
  ]
  const plan = { references: 1200, probes: 1, seconds: 8.2 }
  expect(costWords({ ...plan, packages: models(1200, 0) })).toBe(
    'First: 1\u202f200 references to embed by Other, about 8 s in all. The gallery and its own templates stay as they are.',
  )
  expect(costWords({ ...plan, seconds: 200, packages: models(1, 30) })).toMatch(
    /1 reference to embed by Other; up to 30 references to shrink .*, about 3 min in all/,
  )
  expect(costWords({ ...plan, packages: models(1200, 0, 'It is damaged.') })).toBeNull()
  expect(costWords({ ...plan, packages: models(0, 0) })).toBeNull()
})

it('writes agreement with two decimals', () => {
  expect(share(-0.5)).toBe('−0.50')
  expect(share(null)).toBe('–')
})
