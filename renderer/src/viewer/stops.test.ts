// Zoom stops: whole magnifications, reached one by one and never overrun.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { largestStop, MAX_ZOOM, smallestStop, stepFrom, stopBelow, wheelSteps } from './stops.ts'

it('rests at whole magnifications from 1 on', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 200, noNaN: true }), (scale) => {
      const stop = stopBelow(scale)
      expect(Number.isInteger(stop)).toBe(true)
      expect(stop).toBeLessThanOrEqual(scale * 1.00001)
    }),
  )
})

it('steps up and down, also from between two stops, and stays within its ends', () => {
  expect(stepFrom(12, 1, 1)).toBe(14)
  expect(stepFrom(12, -1, 1)).toBe(10)
  expect(stepFrom(0.4, 1, 1)).toBe(1 / 2)
  expect(stepFrom(0.4, -1, 1)).toBe(1 / 3)
  expect(stepFrom(64, 5, 1)).toBe(MAX_ZOOM)
  expect(stepFrom(64, 50, 2)).toBe(largestStop(2))
  expect(stepFrom(1 / 30, -9, 1)).toBe(smallestStop)
})

it('turns one notch into one step, adds up a swipe, and forgets leftovers when the wheel turns back', () => {
  expect(wheelSteps(0, 120, false).steps).toBe(-1)
  expect(wheelSteps(0, -480, false).steps).toBe(1)
  let left = 0
  let sum = 0
  for (let event = 0; event < 12; event++) {
    const next = wheelSteps(left, -10, false)
    left = next.left
    sum += next.steps
  }
  expect(sum).toBe(2)
  expect(wheelSteps(59, 10, false)).toEqual({ steps: 0, left: -10 })
})
