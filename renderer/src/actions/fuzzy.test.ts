// The palette finds an action by a few letters and puts the meant one first.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzy, rankFuzzy } from './fuzzy.ts'

const labels = [
  'New case…',
  'Switch case…',
  'Run search',
  'Replay this search',
  'Restore evidence',
  'New gallery…',
  'Verify audit chain',
]

describe('rankFuzzy', () => {
  const first = (query: string) => rankFuzzy(query, labels, (x) => x)[0]?.item
  it('prefers starts of words', () => {
    expect(first('ng')).toBe('New gallery…')
    expect(first('rs')).toBe('Run search')
    expect(first('vac')).toBe('Verify audit chain')
  })
  it('prefers unbroken runs', () => expect(first('play')).toBe('Replay this search'))
  it('returns nothing for letters that do not occur in order', () => expect(first('zzz')).toBeUndefined())
  it('keeps the order for an empty query', () =>
    expect(rankFuzzy('', labels, (x) => x).map((r) => r.item)).toEqual(labels))
})

describe('fuzzy', () => {
  it('marks the letters it used', () => expect(fuzzy('rs', 'Run search')?.at).toEqual([0, 4]))
  it('finds every text by any of its subsequences, at places that spell the query', () =>
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 30 }),
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        (text, keep) => {
          fc.pre(text.toLowerCase().length === text.length)
          const query = [...text].filter((c, i) => keep[i] && c.trim() === c && c !== '').join('')
          const found = fuzzy(query, text)
          expect(found).not.toBeNull()
          const spelt = found!.at.map((i) => text[i]!.toLowerCase()).join('')
          expect(spelt).toBe(query.toLowerCase().replaceAll(/\s+/g, ''))
          expect([...found!.at].sort((a, b) => a - b)).toEqual(found!.at)
        },
      ),
    ))
})
