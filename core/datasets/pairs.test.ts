// pairs.txt: LFW's own form, other numbers of folds, and files that are wrong.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import { identitiesInPairs, readPairs } from './pairs.ts'

const two = ['2\t1', 'Anna_Berg\t1\t4', 'Anna_Berg\t2\tBo_Dahl\t1', 'Bo_Dahl\t1\t2', 'Cy_Eck\t3\tDi_Fox\t1'].join('\n')

describe('pairs.txt', () => {
  it('folds keep the order of the file', () => {
    const { folds } = readPairs(two)
    expect(folds.map((f) => f.map((p) => p.same))).toEqual([
      [true, false],
      [true, false],
    ])
    expect(folds[0]![1]).toEqual({ a: { name: 'Anna_Berg', index: 2 }, b: { name: 'Bo_Dahl', index: 1 }, same: false })
  })
  it('takes blanks, Windows lines, a byte order mark, one fold', () => {
    expect(readPairs('\ufeff1\r\nA 1 2\r\nA 1 B 2\r\n\r\n').folds).toEqual([
      [
        { a: { name: 'A', index: 1 }, b: { name: 'A', index: 2 }, same: true },
        { a: { name: 'A', index: 1 }, b: { name: 'B', index: 2 }, same: false },
      ],
    ])
  })
  it('names of chosen folds', () => {
    expect(identitiesInPairs(readPairs(two), [1])).toEqual(['Bo_Dahl', 'Cy_Eck', 'Di_Fox'])
    expect(identitiesInPairs(readPairs(two))).toHaveLength(4)
    expect(() => identitiesInPairs(readPairs(two), [2])).toThrow('no fold 3')
  })
  it.each([
    ['', 'line 1'],
    ['Anna 1 2', 'line 1'],
    ['1 1\nA 1 2', 'line 2: line 1 announces 2 pairs'],
    ['1 1\nA 1 2\nA 1 2\nA 1 2', 'line 3: line 1 announces 2 pairs (1 folds of 2 x 1), but the file has 3'],
    ['1 1\nA 1 2\nA x B 1', 'line 3: "x"'],
    ['1 1\n../etc 1 2\nA 1 B 1', 'line 2: a name'],
    ['1 1\nA 1 -2\nA 1 B 1', 'line 2: "-2"'],
    ['1 1\nA 1\nA 1 B 1', 'line 2: a pair has'],
    ['999999999 999999999\nA 1 2', 'line 1'],
  ])('refuses %j', (text, sentence) => expect(() => readPairs(text)).toThrow(sentence))
  it('any text is either read or refused with a sentence', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-C \t\n./]{0,60}$/), (text) => {
        try {
          for (const fold of readPairs(text).folds) expect(fold.length).toBeGreaterThan(0)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(UserFacingError)
        }
      }),
    ))
})
