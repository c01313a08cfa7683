// What a package declares, said so that an analyst knows what a score is made of.
import { expect, it } from 'vitest'
import { inferenceWords } from './inferenceWords.ts'

const [own, other] = ['1'.repeat(64), '2'.repeat(64)] as const

it('a card without options says that nothing is added', () => {
  for (const inference of [undefined, null])
    expect(inferenceWords({ sha256: own, inference })).toEqual({
      templates: 'made of the face as it is',
      probes: 'by the same network, whatever their size',
      galleries: 'made by the same network as probes',
      second: 'none: the score is the cosine of two templates',
    })
})

it('flip, pair, the probes of each network and second score are each named', () => {
  const words = inferenceWords({
    sha256: own,
    inference: { flip: true, gallery: { sha256: other }, probe: { upTo: 40 }, second: { upTo: 20, weight: 0.35 } },
  })
  expect(words.templates).toContain('mirror image')
  expect(words.probes).toBe('of at most 40 px by a network for small faces, larger ones by that of galleries')
  expect(words.galleries).toContain('a network of their own')
  expect(words.second).toMatch(/at most 20 px: 35 % of the score/)
})
