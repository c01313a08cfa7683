// The line under a search names what was used, and nothing that was not.
import { expect, it } from 'vitest'
import { networkWords, searchWords } from './searchWords.ts'

const [own, other] = ['1'.repeat(64), '2'.repeat(64)] as const
const plain = { probeNetwork: own, galleryNetwork: own, flip: false, probe: null, nativeSide: 31, second: null }

it('says the size of the probe, and what else there is to say', () => {
  expect(searchWords(plain)).toBe('probe 31 px')
  const second = { upTo: 20, weight: 0.35, used: true, limit: 1000, compared: 1000 }
  expect(searchWords({ ...plain, galleryNetwork: other, flip: true, nativeSide: 9, second })).toBe(
    'probe 9 px · with mirror images · gallery by a network of its own · second score of weight 0.35 for the best 1\u202f000 templates',
  )
  expect(searchWords({ ...plain, second: { ...second, used: false, compared: 0 } })).toBe(
    'probe 31 px · no second score above 20 px',
  )
})

it('names the network of the probe where its size decides which one it is', () => {
  const sized = { ...plain, galleryNetwork: other, probe: { upTo: 40 } }
  expect(networkWords(plain)).toBe('')
  expect(searchWords({ ...sized, nativeSide: 40 })).toBe(
    'probe 40 px, by the network for small faces (at most 40 px) · gallery by a network of its own',
  )
  expect(searchWords({ ...sized, nativeSide: 41, probeNetwork: other })).toBe(
    'probe 41 px, by the gallery’s network (above 40 px)',
  )
})
