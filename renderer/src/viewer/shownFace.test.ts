// Walking through the faces made up for a probe: every one is reached, none stands for the others.
import { describe, expect, it } from 'vitest'
import { chosenPlace, FIRST_SHOWN, partAt, partOf, partTitle, placesOf, stepped, toggled } from './shownFace.ts'

const SAMPLES = 4
const walk = (by: number, from = FIRST_SHOWN) => {
  const seen = [from]
  for (let i = 0; i < 9; i++) seen.push(stepped(seen.at(-1)!, by, SAMPLES))
  return seen.map((shown) => partOf(shown, SAMPLES))
}

describe('the strip', () => {
  it('begins with a sample, never with the mean', () =>
    expect(partOf(FIRST_SHOWN, SAMPLES)).toEqual({ part: 'sample', index: 0 }))

  it('is walked to its end and back, and stays there', () => {
    const forth = walk(1)
    expect(forth.slice(0, placesOf(SAMPLES))).toEqual([
      { part: 'sample', index: 0 },
      { part: 'sample', index: 1 },
      { part: 'sample', index: 2 },
      { part: 'sample', index: 3 },
      { part: 'mean', index: 0 },
      { part: 'spread', index: 0 },
    ])
    expect(forth.at(-1)).toEqual({ part: 'spread', index: 0 })
    expect(walk(-1, { place: 5, overlay: null }).at(-1)).toEqual({ part: 'sample', index: 0 })
  })
})

describe('an overlay', () => {
  const onThird = { place: 2, overlay: null }
  it('lies over the mean, and the strip says so', () => {
    const over = toggled(onThird, 'landmarks')
    expect(partOf(over, SAMPLES)).toEqual({ part: 'landmarks', index: 0 })
    expect(partAt(chosenPlace(over, SAMPLES), SAMPLES).part).toBe('mean')
  })
  it('gives way to the other one, and taken off gives back what was looked at', () => {
    const other = toggled(toggled(onThird, 'landmarks'), 'parsing')
    expect(partOf(other, SAMPLES).part).toBe('parsing')
    expect(toggled(other, 'parsing')).toEqual(onThird)
  })
  it('is left by walking on, from the mean', () =>
    expect(partOf(stepped(toggled(onThird, 'parsing'), -1, SAMPLES), SAMPLES)).toEqual({ part: 'sample', index: 3 }))
})

it('names every picture as one of several, or by what lies over it', () => {
  const names = Array.from({ length: placesOf(SAMPLES) }, (_, place) => partTitle(partAt(place, SAMPLES), SAMPLES))
  expect(new Set(names).size).toBe(placesOf(SAMPLES))
  for (const name of names) expect(name).toMatch(/of 4/)
})
