// Requests: sharp where the screen can show it, bounded where memory ends, and always within the contract.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { probeCalls } from '../../../core/contract/probes.ts'
import { bicubicScale, probeRequest, sideFor } from './requests.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const boxes = fc.record({ x: number(0, 900), y: number(0, 900), width: number(2, 6000), height: number(2, 6000) })

it('asks within the contract, for pictures of a bounded size', () => {
  fc.assert(
    fc.property(boxes, fc.constantFrom('nearest', 'bicubic'), number(0.03, 128), (box, interpolation, deviceScale) => {
      const asked = probeRequest({ id: 1, box }, 'original', interpolation, deviceScale)
      expect(probeCalls['probes.view'].in.parse(asked)).toEqual(asked)
      const side = Math.max(box.width, box.height) * (1 + 2 * asked.margin) * asked.scale
      if (asked.scale > 1) expect(side).toBeLessThanOrEqual(4096 + 1e-6)
    }),
  )
})

it('asks the resampler for just the magnification on screen, so that the screen adds nothing', () => {
  const face = { x: 0, y: 0, width: 12, height: 15 }
  expect([1, 8, 12, 32, 48].map((scale) => bicubicScale(face, scale))).toEqual([1, 8, 12, 32, 32])
  expect(bicubicScale(face, 0.4)).toBe(1)
})

it('asks for more of an evidence image as the view comes closer', () => {
  const photograph = { width: 6000, height: 4000 }
  expect([0.1, 0.34, 0.5, 0.9, 32].map((scale) => sideFor(photograph, scale))).toEqual([2048, 2048, 4096, 8192, 8192])
  expect(sideFor({ width: 640, height: 480 }, 32)).toBe(2048)
})
