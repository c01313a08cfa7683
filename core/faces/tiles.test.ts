// The plan of tiles: every pixel is looked at, every face is whole somewhere, and nobody waits for ever.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_TILES, OVERLAP, planLevels, SMALL_SIDE, starts } from './tiles.ts'

const side = 640
const sides = fc.integer({ min: 1, max: 16_384 })

describe('pieces of a length', () => {
  test('cover it from end to end, share the overlap, and are as few as can be', () => {
    fc.assert(
      fc.property(sides, (length) => {
        const all = starts(length, side, OVERLAP)
        expect(all[0]).toBe(0)
        expect(all.at(-1)).toBe(Math.max(0, length - side))
        for (let k = 1; k < all.length; k++) expect(all[k - 1]! + side - all[k]!).toBeGreaterThanOrEqual(OVERLAP)
        expect((all.length - 1) * (side - OVERLAP)).toBeLessThan(Math.max(1, length - OVERLAP))
      }),
    )
  })
})

describe('the levels of a photograph', () => {
  test('lie within its enlarged pixels and end with one tile that shows all of it', () => {
    fc.assert(
      fc.property(sides, sides, fc.constantFrom(1, 2, 4), (width, height, maxEnlargement) => {
        const levels = planLevels(width, height, { side, maxEnlargement })
        const last = levels.at(-1)!
        expect(last.tiles[0]).toEqual({ x: 0, y: 0, width: last.width, height: last.height })
        for (const { tiles, width: w, height: h } of levels)
          for (const t of tiles) expect(t.x >= 0 && t.y >= 0 && t.x + t.width <= w && t.y + t.height <= h).toBe(true)
        expect(levels.flatMap((l) => l.tiles).length).toBeLessThanOrEqual(MAX_TILES)
      }),
      { numRuns: 60 },
    )
  })

  test('show every face from 32 px of the largest scale up whole in one tile, at 32 px or more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 7, max: 2000 }),
        fc.integer({ min: SMALL_SIDE + 1, max: 4000 }),
        fc.integer({ min: 100, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (size, width, height, fx, fy) => {
          fc.pre(size <= Math.min(width, height))
          const levels = planLevels(width, height, { side, maxEnlargement: 4 })
          fc.pre(size * levels[0]!.scale >= 32)
          const [x, y] = [fx * (width - size), fy * (height - size)]
          const whole = levels.some(({ scale, tiles }) =>
            tiles.some(
              (t) =>
                size * scale >= 31 &&
                t.x <= x * scale + 1 &&
                t.y <= y * scale + 1 &&
                (x + size) * scale <= t.x + t.width + 1 &&
                (y + size) * scale <= t.y + t.height + 1,
            ),
          )
          expect(whole).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('leave out the largest enlargement of a photograph too large for it, not the rest', () => {
    const scales = (width: number, height: number) =>
      planLevels(width, height, { side, maxEnlargement: 4 }).map((l) => l.scale)
    expect(scales(1920, 1080)).toEqual([4, 2, 1, 0.5, 0.25])
    expect(scales(6000, 4000)[0]).toBe(2)
    expect(scales(10_000, 10_000)[0]).toBe(1)
  })

  test('enlarge a cut-out to a tile, a half and a quarter of it', () => {
    const levels = planLevels(7, 5, { side, maxEnlargement: 1 })
    expect(levels.map((l) => [l.width, l.height, l.tiles.length])).toEqual([
      [640, 457, 1],
      [320, 229, 1],
      [160, 114, 1],
    ])
  })
})
