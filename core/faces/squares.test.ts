// A tile cut first and enlarged then has the pixels of the enlarged photograph, without that ever existing.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crop, type Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { enlargedTile, squares } from './squares.ts'
import { planLevels } from './tiles.ts'

const noise = (width: number, height: number, seed: number): Image8 => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => ((i * 2654435761 + seed * 40503) >>> 13) & 255),
})

test('an enlarged tile is that part of the enlarged picture, to one grey level', () => {
  const rect = fc.record({
    width: fc.integer({ min: 8, max: 60 }),
    height: fc.integer({ min: 8, max: 60 }),
    scale: fc.constantFrom(2, 4),
    fx: fc.double({ min: 0, max: 1, noNaN: true }),
    fy: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.integer({ min: 0, max: 99 }),
  })
  fc.assert(
    fc.property(rect, ({ width, height, scale, fx, fy, seed }) => {
      const image = noise(width, height, seed)
      const size = 16
      const tile = {
        x: Math.floor(fx * (width * scale - size)),
        y: Math.floor(fy * (height * scale - size)),
        width: size,
        height: size,
      }
      const whole = crop(resize(image, width * scale, height * scale, 'bicubic'), tile)
      const part = enlargedTile(image, scale, tile)
      const worst = whole.data.reduce((most, value, i) => Math.max(most, Math.abs(value - part.data[i]!)), 0)
      expect(worst).toBeLessThanOrEqual(1)
    }),
    { numRuns: 60 },
  )
})

test('a plan is walked in order, each tile with the pixels it names', () => {
  const image = noise(700, 300, 3)
  const levels = planLevels(700, 300, { side: 640, maxEnlargement: 2 })
  const seen = [...squares(image, levels)]
  expect(seen.map((s) => s.tile)).toEqual(levels.flatMap((l) => l.tiles))
  for (const { tile, pixels } of seen) expect([pixels.width, pixels.height]).toEqual([tile.width, tile.height])
  const original = seen.find((s) => s.level.scale === 1)!
  expect(original.pixels).toEqual(crop(image, original.tile))
})
