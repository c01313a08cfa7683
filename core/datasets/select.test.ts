// Joining and parting sets: nobody is lost, nobody is in two parts, pixels stay with their names.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blank } from '../images/pixels.ts'
import { datasetOf } from './images.ts'
import { excludeIdentities, joinDatasets, selectSamples, splitIdentities } from './select.ts'
import type { Dataset } from './types.ts'

/** `people` persons with as many photographs as their number; a face's colour is its position. */
function set(root: string, people: readonly string[]): Dataset {
  const samples = people.flatMap((identity, p) =>
    Array.from({ length: p + 1 }, (_, k) => ({ identity, name: `${root}/${identity}/${k}` })),
  )
  return datasetOf({
    format: 'folder',
    root,
    samples,
    problems: [],
    decode: (i) => Promise.resolve(blank(2, 2, [i, 0, root.length])),
    stamp: (i) => Promise.resolve(`${root} ${i}`),
  })
}
const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `P${String(i).padStart(3, '0')}`)

it('joined: the same name is one person, and every face is found in its own set', async () => {
  const joined = joinDatasets([set('a', ['Anna', 'Bo']), set('bcd', ['Bo', 'Cy'])])
  expect(joined.identities).toEqual(['Anna', 'Bo', 'Cy'])
  expect(joined.samples.map((s) => s.name).slice(2, 4)).toEqual(['a/Bo/1', 'bcd/Bo/0'])
  expect((await joined.decode(3)).data.slice(0, 3)).toEqual(Uint8Array.of(0, 0, 3))
  expect(await joined.stamp(5)).toBe('bcd 2')
})

it('pairs follow their samples', () => {
  const pairs = [
    { a: 0, b: 1, same: false },
    { a: 1, b: 2, same: true },
  ]
  const some = { ...set('a', ['Anna', 'Bo']), pairs }
  expect(selectSamples(some, (s) => s.identity === 'Bo').pairs).toEqual([{ a: 0, b: 1, same: true }])
  expect(joinDatasets([set('b', ['Cy']), some]).pairs![1]).toEqual({ a: 2, b: 3, same: true })
})

it('without people: only theirs are gone, and nobody left is an error', () => {
  expect(excludeIdentities(set('a', names(3)), ['P001', 'nobody']).identities).toEqual(['P000', 'P002'])
  expect(() => excludeIdentities(set('a', names(1)), names(1))).toThrow('no face')
})

it('a split parts people: disjoint, complete, near the shares, the same for a seed', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 30 }),
      fc.integer(),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      (people, seed, shares) => {
        const whole = set('a', names(people))
        const parts = splitIdentities(whole, { seed, shares })
        expect(parts.flatMap((p) => p.identities).sort()).toEqual(whole.identities)
        expect(parts.flatMap((p) => p.samples.map((s) => s.name)).sort()).toEqual(
          whole.samples.map((s) => s.name).sort(),
        )
        const total = shares.reduce((a, b) => a + b)
        parts.forEach((part, k) =>
          expect(Math.abs(part.identities.length - (people * shares[k]!) / total)).toBeLessThan(shares.length),
        )
        expect(splitIdentities(whole, { seed, shares }).map((p) => p.identities)).toEqual(
          parts.map((p) => p.identities),
        )
      },
    ),
    { numRuns: 50 },
  ))
it('another seed parts them otherwise; too few people are refused', () => {
  const part = (seed: number): readonly string[] =>
    splitIdentities(set('a', names(30)), { seed, shares: [1, 1] })[0]!.identities
  expect(part(1)).not.toEqual(part(2))
  expect(() => splitIdentities(set('a', names(1)), { seed: 1, shares: [1, 1] })).toThrow('too few')
})
