// A curve over sizes: dips within the error are told from those beyond it, and a slow decline is not overlooked.
import { expect, it } from 'vitest'
import { dips, dipSentence } from './dips.ts'

const curve = (from: number, ...accuracies: number[]) =>
  accuracies.map((accuracy, i) => ({ resolution: from + i, accuracy, se: 0.01 }))

it('needs three sizes that are 1 px apart, and takes the longest row of them', () => {
  expect(dips(curve(6, 0.8, 0.9))).toBeNull()
  expect(dips([...curve(6, 0.8), ...curve(14, 0.9), ...curve(112, 0.99)])).toBeNull()
  const some = [
    { resolution: 'native' as const, accuracy: 0.1, se: 0 },
    ...curve(20, 0.95, 0.96),
    ...curve(6, 0.8, 0.82, 0.81),
  ]
  expect(dips(some)).toMatchObject({ from: 6, to: 8, largest: { resolution: 8, below: 7, by: expect.closeTo(0.01) } })
  expect(dipSentence(curve(6, 0.8, 0.9))).toBeNull()
})

it('a curve that rises, or stays, has no dip', () => {
  expect(dips(curve(6, 0.8, 0.8, 0.9))).toEqual({ from: 6, to: 8, largest: null, beyond: [] })
  expect(dipSentence(curve(6, 0.8, 0.8, 0.9))).toBe('Accuracy from 6 to 8 px never falls.')
})

it('a dip within its standard error is named, and is none beyond it', () => {
  expect(dipSentence(curve(6, 0.8, 0.85, 0.845, 0.9))).toBe(
    'Accuracy from 6 to 9 px has no dip greater than its standard error; the largest is 0.50 points at 8 px below 7 px, ± 1.00.',
  )
})

it('small steps down add up to a dip beyond the error', () => {
  const found = dips(curve(6, 0.9, 0.895, 0.888, 0.884, 0.95))!
  expect(found.beyond.map((f) => [f.resolution, f.below])).toEqual([
    [8, 6],
    [9, 6],
  ])
  expect(dipSentence(curve(6, 0.9, 0.88, 0.95), 'd1')).toBe(
    'Accuracy of d1 from 6 to 8 px dips by more than its standard error: 2.00 points at 7 px below 6 px, ± 1.00.',
  )
})
