// Numbers are written so that nobody takes a score for a percentage or a size for another.
import { expect, it } from 'vitest'
import { bytes, count, plural, px, remaining, score } from './format.ts'
import { qualityFacts } from './quality.ts'

it('writes scores with four decimals and no percent sign', () => {
  expect(score(0.61234)).toBe('0.6123')
  expect(score(-0.05)).toBe('−0.0500')
  expect(score(1)).toBe('1.0000')
})
it('writes sizes, counts and times as people say them', () => {
  expect(bytes(999)).toBe('999 B')
  expect(bytes(2_300_000)).toBe('2.3 MB')
  expect(bytes(52_000)).toBe('52 kB')
  expect(count(12345)).toBe('12\u202f345')
  expect(plural(1, 'face')).toBe('1 face')
  expect(plural(0, 'face')).toBe('0 faces')
  expect(remaining(125)).toBe('about 2 min left')
  expect(px(13.98)).toBe('14')
  expect(px(13.4)).toBe('13.4')
})
it('shows a quality component that it does not know rather than hide it', () => {
  const facts = qualityFacts([
    { name: 'glare', value: 0.5, unit: '', algorithm: 'a', version: '1' },
    { name: 'interEyePx', value: 8.26, unit: 'px', algorithm: 'b', version: '2' },
  ])
  expect(facts.map((f) => [f.label, f.value])).toEqual([
    ['Between eyes', '8.3 px'],
    ['glare', '0.50'],
  ])
})
