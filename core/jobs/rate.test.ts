// The time left follows the rate of the last half minute, and is not invented.
import { expect, test } from 'vitest'
import { createRate } from './rate.ts'

test('unknown at first, then the rest at the rate so far, none at the end', () => {
  let now = 0
  const rate = createRate(() => now)
  expect(rate.left(0, 100)).toBeNull()
  now = 0.5
  expect(rate.left(5, 100)).toBeNull()
  now = 10
  expect(rate.left(20, 100)).toBe(40)
  now = 11
  expect(rate.left(100, 100)).toBe(0)
})

test('a resumed job’s earlier items do not count as speed', () => {
  let now = 0
  const rate = createRate(() => now)
  rate.left(900, 1000)
  now = 10
  expect(rate.left(910, 1000)).toBe(90)
})

test('a slow start is forgotten', () => {
  let now = 0
  const rate = createRate(() => now)
  rate.left(0, 1000)
  now = 100
  rate.left(1, 1000)
  for (now = 101; now <= 140; now++) rate.left((now - 100) * 10, 1000)
  expect(rate.left(400, 1000)).toBeLessThan(70)
})
