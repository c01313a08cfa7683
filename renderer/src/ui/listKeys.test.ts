// Arrow keys in lists stop at the ends and start where a person expects.
import { expect, it } from 'vitest'
import { moved } from './listKeys.ts'

it('moves by one, by a page, to the ends, and not beyond', () => {
  expect(moved('ArrowDown', 3, 10, 5)).toBe(4)
  expect(moved('ArrowDown', 9, 10, 5)).toBe(9)
  expect(moved('PageUp', 3, 10, 5)).toBe(0)
  expect(moved('PageDown', 3, 10, 5)).toBe(8)
  expect(moved('End', 0, 10, 5)).toBe(9)
})
it('starts at the first or last row where none is selected', () => {
  expect(moved('ArrowDown', -1, 10, 5)).toBe(0)
  expect(moved('ArrowUp', -1, 10, 5)).toBe(9)
})
it('leaves other keys and empty lists alone', () => {
  expect(moved('a', 1, 10, 5)).toBeNull()
  expect(moved('ArrowRight', 1, 10, 5)).toBeNull()
  expect(moved('ArrowRight', 1, 10, 5, true)).toBe(2)
  expect(moved('ArrowDown', -1, 0, 5)).toBeNull()
})
