// Which network a probe goes through: one step over its size, none where nothing is declared.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Inference, probeNetwork } from './models.ts'

const side = fc.integer({ min: 4, max: 2000 })

it('small probes go through the probe network, those above the declared size through the gallery network', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 1024 }), side, (upTo, native) => {
      const inference = Inference.parse({
        flip: false,
        gallery: { sha256: 'a'.repeat(64) },
        probe: { upTo },
        second: null,
      })
      expect(probeNetwork(inference, native)).toBe(native <= upTo ? 'probe' : 'gallery')
    }),
  )
})

it('where nothing is declared every probe goes through the probe network', () => {
  fc.assert(
    fc.property(side, fc.constantFrom(undefined, null, {}, { probe: null }), (native, inference) => {
      expect(probeNetwork(inference, native)).toBe('probe')
    }),
  )
})

it.each([3, 1025, 30.5, '30', Number.NaN])('a size of %s px is none', (upTo) => {
  const inference = { flip: false, gallery: { sha256: 'a'.repeat(64) }, second: null, probe: { upTo } }
  expect(Inference.safeParse(inference).success).toBe(false)
})
