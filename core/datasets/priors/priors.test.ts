// Heatmaps and parsing maps against hand-computed numbers, and the laws of mirrors that labels must obey.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heatmaps, summed } from './heatmaps.ts'
import { meanShape } from './meanShape.ts'
import { CLASSES, IGNORE, mirrorClass, mirrorParsing, parsingMap, polygons } from './parsing.ts'
import { FRAME, MIRROR, mirrorPoints, POINTS, whyUnfit, type Points } from './points.ts'
import { fillPolygon } from './polygon.ts'

/** Faces: the mean one turned, scaled, shifted, every point moved a little. Doubles that hit no cell centre. */
const faces = fc
  .record({
    turn: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
    scale: fc.double({ min: 0.85, max: 1.15, noNaN: true }),
    dx: fc.double({ min: -6, max: 6, noNaN: true }),
    dy: fc.double({ min: -6, max: 6, noNaN: true }),
    noise: fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 136, maxLength: 136 }),
  })
  .map(({ turn, scale, dx, dy, noise }): Points => {
    const mean = meanShape()
    const [c, s] = [scale * Math.cos(turn), scale * Math.sin(turn)]
    return mean.map((_, i) => {
      const [x, y] = [mean[i & ~1]! - 56, mean[i | 1]! - 66]
      return (i % 2 === 0 ? 56 + dx + c * x - s * y : 66 + dy + s * x + c * y) + noise[i]! + 0.00317
    })
  })
const area = (map: Uint8Array, ...labels: number[]): number => map.filter((v) => labels.includes(v)).length
const near = (actual: Iterable<number>, expected: readonly number[]): void =>
  [...actual].forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 6))

describe('heatmaps', () => {
  /** Centres (1, 2) and (2.5, 0.5) in cells of a 4 x 4 grid. */
  const two = Float32Array.of(1.5 * 28, 2.5 * 28, 3 * 28, 28)
  const maps = heatmaps(two, 4, 1.3)
  const channel = (n: number): number[] => [...maps].filter((_, i) => i % 2 === n)

  it('have the published values', () => {
    near(channel(0).slice(8, 12), [0.743893062, 1, 0.743893062, 0.30622598])
    near(channel(1).slice(0, 4), [0.146156557, 0.477283335, 0.862492355, 0.862492355])
    const square = (values: Iterable<number>, at: number): number =>
      [...values].reduce((sum, v) => sum + (at - v) ** 2, 0)
    const loss = (square(channel(0), 0.1) + square(channel(1), 0.2)) / 2
    expect(loss).toBeCloseTo(2.789472632, 5)
    expect(loss / 16).toBeCloseTo(0.17434204, 6)
    expect(square(summed(maps, 4), 0.1 + 0.2) / 16).toBeCloseTo(0.436094958, 6)
  })

  it('peak within half a cell of their point, and nowhere without one', () => {
    fc.assert(
      fc.property(faces, fc.constantFrom(14, 28, 56), (points, grid) => {
        const maps = heatmaps(points, grid, 1.3)
        for (let n = 0; n < POINTS; n++) {
          const [x, y] = [points[2 * n]!, points[2 * n + 1]!].map((v) => (v * grid) / FRAME - 0.5) as [number, number]
          if (Math.min(x, y) < 0 || Math.max(x, y) > grid - 1) continue
          let best = n
          for (let i = n; i < maps.length; i += POINTS) if (maps[i]! > maps[best]!) best = i
          const cell = (best - n) / POINTS
          expect(Math.abs((cell % grid) - x)).toBeLessThanOrEqual(0.5001)
          expect(Math.abs(Math.floor(cell / grid) - y)).toBeLessThanOrEqual(0.5001)
        }
      }),
      { numRuns: 8 },
    )
    expect(Math.max(...heatmaps(null, 8, 1))).toBe(0)
    expect(Math.max(...heatmaps(new Float32Array(136).fill(NaN), 8, 1))).toBe(0)
    expect(heatmaps(null, 8, 1)).toHaveLength(8 * 8 * 68)
  })

  it('of a mirrored face are the mirrored maps with channels exchanged', () => {
    const grid = 14
    const lopsided = meanShape().map((v, i) => v + (i % 7))
    const [maps, mirrored] = [heatmaps(lopsided, grid, 1), heatmaps(mirrorPoints(lopsided), grid, 1)]
    const expected = maps.map((_, at) => {
      const [cell, n] = [Math.floor(at / POINTS), at % POINTS]
      const across = cell % grid
      return maps[(cell + grid - 1 - 2 * across) * POINTS + MIRROR[n]!]!
    })
    expect(Math.max(...mirrored.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThan(1e-5)
    expect(Math.max(...mirrored.map((v, i) => Math.abs(v - maps[i]!)))).toBeGreaterThan(0.5)
  })
})

describe('mirrors', () => {
  it('exchange the published pairs, and twice is nothing', () => {
    expect(MIRROR.map((m) => MIRROR[m])).toEqual(Array.from({ length: POINTS }, (_, n) => n))
    expect(MIRROR.flatMap((m, n) => (m === n ? [n] : []))).toEqual([8, 27, 28, 29, 30, 33, 51, 57, 62, 66])
    expect([0, 17, 31, 36, 41, 48, 55, 60, 67].map((n) => MIRROR[n])).toEqual([16, 26, 35, 45, 46, 54, 59, 64, 65])
    expect(Array.from({ length: 11 }, (_, c) => mirrorClass(c))).toEqual([0, 1, 3, 2, 5, 4, 6, 7, 8, 9, 10])
    fc.assert(
      fc.property(faces, (points) => {
        const twice = mirrorPoints(mirrorPoints(points))
        expect(Math.max(...points.map((v, i) => Math.abs(v - twice[i]!)))).toBeLessThan(1e-4)
      }),
    )
    const map = parsingMap(meanShape(), 28)
    expect(mirrorParsing(mirrorParsing(map, 28), 28)).toEqual(map)
  })

  it('of points and of their map say the same', () => {
    fc.assert(
      fc.property(faces, fc.constantFrom(28, 56, 112), (points, grid) => {
        expect(parsingMap(mirrorPoints(points), grid)).toEqual(mirrorParsing(parsingMap(points, grid), grid))
      }),
      { numRuns: 30 },
    )
  })
})

describe('parsing maps', () => {
  it.each([28, 56, 112])('of a frontal face on a grid of %i show every part, in the order of their sizes', (grid) => {
    const map = parsingMap(meanShape(), grid, { hair: 'hair' })
    for (let label = 0; label < CLASSES.length; label++) expect(area(map, label), CLASSES[label]).toBeGreaterThan(0)
    expect(area(map, 1)).toBeGreaterThan(area(map, 6))
    expect(area(map, 6)).toBeGreaterThan(area(map, 4, 5))
  })

  it('place parts where the points are', () => {
    const map = parsingMap(meanShape(), 112)
    const at = (x: number, y: number): number => map[Math.floor(y) * 112 + Math.floor(x)]!
    expect([at(38, 52), at(74, 52), at(56, 70), at(56, 104), at(56, 60)]).toEqual([4, 5, 6, 1, 6])
    expect([at(34, 38), at(78, 38), at(25, 60), at(2, 100), at(56, 30)]).toEqual([2, 3, 1, 0, 1])
    // Over the skin's half ellipse of 0.72 chin heights there is hair up to 1.10, which counts nowhere by default.
    expect([at(56, 5), parsingMap(meanShape(), 112, { hair: 'hair' })[5 * 112 + 56]]).toEqual([IGNORE, 10])
  })

  it('hold the eleven labels and 255 only, and differ by hair alone', () => {
    fc.assert(
      fc.property(faces, fc.constantFrom(28, 56), (points, grid) => {
        const [plain, haired] = [parsingMap(points, grid), parsingMap(points, grid, { hair: 'hair' })]
        expect(plain.every((v) => v < 10 || v === IGNORE)).toBe(true)
        expect(haired).toEqual(plain.map((v) => (v === IGNORE ? 10 : v)))
      }),
      { numRuns: 30 },
    )
    expect(parsingMap(null, 4)).toEqual(new Uint8Array(16).fill(IGNORE))
    expect(parsingMap(new Float32Array(136).fill(NaN), 4).every((v) => v === 0)).toBe(true)
  })

  it('have skin of the stated height: 0.72 of the distance from chin to ears, over the ears', () => {
    const points = meanShape()
    const [, skin] = polygons(points)[1]!
    const top = Math.min(...skin.map((p) => p.y))
    const ears = (points[1]! + points[33]!) / 2
    // 20 points of half an ellipse: the highest stands at 85.7 or 94.3 degrees.
    expect(ears - top).toBeCloseTo(0.72 * (points[17]! - ears) * Math.cos(Math.PI / 42), 1)
    expect(skin).toHaveLength(17 + 20)
  })
})

describe('polygons', () => {
  it('are filled at cell centres, even-odd, and cut off at the border', () => {
    const square = (from: number, to: number): { x: number; y: number }[] => [
      { x: from, y: from },
      { x: to, y: from },
      { x: to, y: to },
      { x: from, y: to },
    ]
    const map = new Uint8Array(16)
    fillPolygon(map, 4, square(15, 69), 1) // centres at 14, 42, 70, 98
    expect([...map]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    fillPolygon(map, 4, square(-1000, 1000), 2)
    expect(area(map, 2)).toBe(16)
    // A square walked with a hole: crossings pair up.
    fillPolygon(map, 4, [...square(-10, 130), { x: -10, y: -10 }, ...square(30, 80), { x: 30, y: 30 }], 3)
    expect([...map]).toEqual([3, 3, 3, 3, 3, 2, 2, 3, 3, 2, 2, 3, 3, 3, 3, 3])
  })

  it('agree with a test of every centre against every edge', () => {
    const corner = fc.record({
      x: fc.double({ min: -40, max: 150, noNaN: true }),
      y: fc.double({ min: -40, max: 150, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 9 }), (polygon) => {
        const grid = 16
        const map = new Uint8Array(grid * grid)
        fillPolygon(map, grid, polygon, 1)
        const expected = map.map((_, cell) => {
          const [x, y] = [((cell % grid) + 0.5) * 7, (Math.floor(cell / grid) + 0.5) * 7]
          const left = polygon.filter((a, k) => {
            const b = polygon[(k + 1) % polygon.length]!
            return a.y <= y !== b.y <= y && a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y) <= x
          })
          return left.length % 2
        })
        expect(map).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })
})

describe('points that are no labels', () => {
  const scaled = (by: number): Points => meanShape().map((v, i) => (i % 2 ? 52 + (v - 52) * by : 56 + (v - 56) * by))
  it.each<[string, Points, string | null]>([
    ['the mean face', meanShape(), null],
    ['eyes a fifth nearer', scaled(0.8), null],
    ['eyes a third nearer', scaled(0.66), 'eyes'],
    ['eyes a third farther', scaled(1.34), 'eyes'],
    ['a point at the margin', meanShape().map((v, i) => (i === 17 ? 123.9 : v)), null],
    ['a point beyond the margin', meanShape().map((v, i) => (i === 17 ? 124.1 : v)), 'outside'],
    ['a point beyond the margin above', meanShape().map((v, i) => (i === 39 ? -12.1 : v)), 'outside'],
    ['a point that is no number', meanShape().map((v, i) => (i === 100 ? NaN : v)), 'missing'],
    ['too few points', meanShape().slice(2), 'missing'],
  ])('%s', (_what, points, why) => expect(whyUnfit(points)).toBe(why))
  it('the margin may be none: then a chin below the frame is one', () => {
    expect(whyUnfit(meanShape(), { margin: 0 })).toBe('outside')
  })
})
