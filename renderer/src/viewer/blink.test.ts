// Blinking stays within its safe rates and respects the wish for less motion.
import { expect, it } from 'vitest'
import { BLINK_RATES, eachFor, flipped, mixName, startsBlinking } from './blink.ts'

it('changes the picture at most four times a second: two turns, under the three flashes that are safe', () => {
  expect(BLINK_RATES.map(eachFor)).toEqual([1000, 500, 250])
})

it('does not start by itself under reduced motion, but does when asked', () => {
  expect(startsBlinking(false, null)).toBe(true)
  expect(startsBlinking(true, null)).toBe(false)
  expect(startsBlinking(true, true)).toBe(true)
  expect(startsBlinking(false, false)).toBe(false)
})

it('alternates, and names what is shown', () => {
  expect([0, 1, 0.3, 0.7].map(flipped)).toEqual([1, 0, 1, 0])
  expect([0, 1, 0.25].map(mixName)).toEqual(['probe', 'candidate', '75 % probe, 25 % candidate'])
})
