// The line in the list says which recipes and how much was measured, and invents neither.
import { expect, it } from 'vitest'
import { recipeNames } from '../../../../core/contract/models.ts'
import { evidenceWords, recipeWords } from './trainingWords.ts'

const measured = (resolution: string, value: number, what = 'Verification accuracy') => ({
  what,
  value,
  standardError: 0.0129,
  n: 600,
  resolution,
  command: 'vestige evaluate',
})

it('names the recipes that the card names, in its order', () => {
  const recipe =
    'vestige-s.json, vestige-s-long.json (which starts from its result) and vestige-s.json in resources/recipes'
  expect(recipeNames({ recipe })).toEqual(['vestige-s', 'vestige-s-long'])
  expect(recipeWords({ recipe })).toBe('vestige-s, vestige-s-long')
  expect(recipeWords({ recipe: 'Taken as distributed' })).toBe('Taken as distributed')
  expect(recipeWords({ recipe: '' })).toBe('not stated')
})

it('tells least, middle and largest size of what was measured first', () => {
  const sizes = ['20 px', '14 px', '10 px', '8 px', '7 px'].map((size, k) => measured(size, 0.9266 - k / 100))
  expect(evidenceWords({ measurements: [...sizes, measured('112 px', 0.99, 'Another thing')] })).toBe(
    'Verification accuracy (N 600): 7 px 0.887 ± 0.013 · 10 px 0.907 ± 0.013 · 20 px 0.927 ± 0.013',
  )
  expect(evidenceWords({ measurements: [measured('7 px', 0.5, 'Area, of pairs')] })).toBe(
    'Area (N 600): 7 px 0.500 ± 0.013',
  )
  expect(evidenceWords({ measurements: [] })).toBe('nothing measured')
})
