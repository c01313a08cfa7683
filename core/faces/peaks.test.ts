// A peak is found where the Gaussian was drawn, to a fraction of a cell.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { heatmaps } from '../datasets/priors/heatmaps.ts'
import { peaks } from './peaks.ts'

it('of Gaussians with a sigma of 0.7 cells, to a sixth of a cell', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 8, max: 104, noNaN: true }), fc.double({ min: 8, max: 104, noNaN: true })), {
        minLength: 68,
        maxLength: 68,
      }),
      (places) => {
        const points = Float32Array.from(places.flat())
        const maps = new Float32Array(28 * 28 * 68)
        heatmaps(points, 28, 0.7, maps)
        const found = peaks(maps, 28, 112)
        for (const [i, value] of found.entries()) expect(Math.abs(value - points[i]!)).toBeLessThan(4 / 6)
      },
    ),
    { numRuns: 20 },
  ))

it('of an empty map is its first cell', () => expect([...peaks(new Float32Array(16), 4, 8)]).toEqual([1, 1]))
