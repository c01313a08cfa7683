// Alignment as specified: the fit, the templates, the warp at every scale, and half pixels.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FivePoints, Point } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import { alignFace, invert, nativeSide, similarity, templatePoints, warp, type Affine } from './align.ts'
import { blank, crop, type Image8 } from './pixels.ts'
import { resize } from './resample.ts'
import { applyTo, compose, scaleOf } from './similarity.ts'
import { greatestDifference, noise, picture, texture } from './testPatterns.ts'

const points = (...pairs: [number, number][]): FivePoints => pairs.map(([x, y]) => ({ x, y })) as unknown as FivePoints
const moved = (from: FivePoints, by: Affine): FivePoints => from.map((p) => applyTo(by, p)) as unknown as FivePoints
const template = templatePoints('arcface-112', 112)
const arcface = { alignment: 'arcface-112', size: 112 } as const
/** Five points (contract: centres at +0.5) of a face that the template's indices show through `place`. */
const placed = (place: Affine): FivePoints =>
  template.map((p) => applyTo([1, 0, 0.5, 0, 1, 0.5], applyTo(place, p))) as unknown as FivePoints
const turned = (scale: number, angle: number, x: number, y: number): Affine => {
  const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)]
  return [a, -b, x, b, a, y]
}

describe('similarity', () => {
  test('the published vector', () => {
    const from = points([58.08, 30.59], [116.74, 42.72], [80.48, 70.18], [49.12, 99.36], [97.7, 109.41])
    const fit = similarity(from, template)
    const wanted = [0.575415203, 0.122301369, 1.132591625, -0.122301369, 0.575415203, 41.197593389]
    for (const [i, value] of wanted.entries()) expect(fit[i]).toBeCloseTo(value, 8)
    const residuals = from.map((p, k) => {
      const q = applyTo(fit, p)
      return Math.max(Math.abs(q.x - template[k]!.x), Math.abs(q.y - template[k]!.y))
    })
    expect(Math.max(...residuals)).toBeCloseTo(0.002095242, 7)
  })
  test('recovers any rotation, scale and shift', () => {
    const double = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    fc.assert(
      fc.property(
        double(0.02, 50),
        double(-Math.PI, Math.PI),
        double(-5000, 5000),
        double(-5000, 5000),
        (s, t, x, y) => {
          const wanted = turned(s, t, x, y)
          const fit = similarity(template, moved(template, wanted))
          for (let i = 0; i < 6; i++)
            expect(Math.abs(fit[i]! - wanted[i]!)).toBeLessThan(1e-7 * Math.max(1, s, Math.abs(x), Math.abs(y)))
          const there = applyTo(compose(invert(fit), fit), { x: 12, y: 34 })
          expect(Math.hypot(there.x - 12, there.y - 34)).toBeLessThan(1e-6)
        },
      ),
    )
  })
  test('points on one spot are refused in words', () => {
    const spot = points([5, 5], [5, 5], [5, 5], [5, 5], [5, 5])
    expect(() => similarity(spot, template)).toThrow(UserFacingError)
    expect(() => alignFace(blank(20, 20), spot, arcface)).toThrow(/apart from each other/)
    expect(() => similarity(points([NaN, 0], [1, 0], [0, 1], [0, 2], [1, 2]), template)).toThrow(UserFacingError)
  })
})

describe('templates', () => {
  test('arcface grows with the side', () => {
    expect(template[0]).toEqual({ x: 38.2946, y: 51.6963 })
    expect(templatePoints('arcface-112', 224)[4]).toEqual({ x: 70.7299 * 2, y: 92.2041 * 2 })
  })
  test("the dlib chip's eyes lie between the eye corners of dlib's own five-point chip", () => {
    const corner = (x: number, y: number): Point => ({ x: ((0.25 + x) / 1.5) * 150, y: ((0.25 + y) / 1.5) * 150 })
    const between = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
    const eyes = [
      between(corner(0.1205750620789, 0.2137274526848), corner(0.3340850613712, 0.2290642403242)),
      between(corner(0.6460604764104, 0.2289674387677), corner(0.8595674595992, 0.2134981538014)),
    ]
    const chip = templatePoints('dlib-chip-150', 150)
    for (const k of [0, 1] as const)
      expect(Math.hypot(chip[k].x - eyes[k]!.x, chip[k].y - eyes[k]!.y)).toBeLessThan(0.7)
    // Its nose point is the base of the nose, under the tip used here.
    expect(corner(0.4901123135679, 0.6277975316475).y).toBeGreaterThan(chip[2].y + 8)
  })
})

/** The definition, written as plainly as it can be: four neighbours, 0 outside, half up. */
function plainly(image: Image8, matrix: Affine, size: number): Image8 {
  const back = invert(matrix)
  const at = (x: number, y: number, c: number) =>
    x >= 0 && y >= 0 && x < image.width && y < image.height ? image.data[(y * image.width + x) * 3 + c]! : 0
  const data = new Uint8Array(size * size * 3)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const { x: u, y: v } = applyTo(back, { x, y })
      const [i, j] = [Math.floor(u), Math.floor(v)]
      for (let c = 0; c < 3; c++)
        data[(y * size + x) * 3 + c] = Math.floor(
          at(i, j, c) * (i + 1 - u) * (j + 1 - v) +
            at(i + 1, j, c) * (u - i) * (j + 1 - v) +
            at(i, j + 1, c) * (i + 1 - u) * (v - j) +
            at(i + 1, j + 1, c) * (u - i) * (v - j) +
            0.5,
        )
    }
  return { width: size, height: size, data }
}

describe('warp', () => {
  test('the identity copies', () => {
    const image = noise(16, 16)
    expect(warp(image, [1, 0, 0, 0, 1, 0], 16)).toEqual(image)
  })
  test('half a pixel averages neighbours, and outside counts as black', () => {
    const image = picture(2, 2, (x, y) => [x * 100, y * 200, 40])
    const out = warp(image, [1, 0, -0.5, 0, 1, -0.5], 2)
    expect([...out.data.subarray(0, 3)]).toEqual([50, 100, 40])
    expect([...out.data.subarray(9, 12)]).toEqual([25, 50, 10])
  })
  test('equals the plain definition inside and across the border', () => {
    const image = noise(23, 17)
    for (const matrix of [turned(1.7, 0.4, -6, 2), turned(0.8, -2.9, 20, 14), turned(6, 1.2, 3, -30)]) {
      const [fast, plain] = [warp(image, matrix, 24), plainly(image, matrix, 24)]
      // Sums of the same four products in another order may fall on the other side of a half.
      expect(greatestDifference(fast, plain)).toBeLessThanOrEqual(1)
      expect(fast.data.filter((value, i) => value !== plain.data[i]).length).toBeLessThan(3)
    }
  })
})

describe('alignFace', () => {
  test('a face that already lies on the template comes back as it is', () => {
    const image = texture(112, 112)
    expect(alignFace(image, placed([1, 0, 0, 0, 1, 0]), arcface)).toEqual(image)
  })
  test('down to a scale of 0.75 it is the plain warp', () => {
    const image = texture(220, 200)
    const matrix = turned(1 / 0.76, 0.2, 30, 20)
    expect(greatestDifference(alignFace(image, placed(matrix), arcface), warp(image, invert(matrix), 112))).toBe(0)
  })
  test('a shrunk photograph gives the same face where its points were shrunk with it: no half-pixel drift', () => {
    const image = texture(336, 336)
    const whole = placed(turned(2.4, 0.05, 20, 30))
    const half = resize(image, 168, 168, 'bilinear')
    const shrunk = whole.map(({ x, y }) => ({ x: x / 2, y: y / 2 })) as unknown as FivePoints
    const inner = { x: 8, y: 8, width: 96, height: 96 }
    const mean = (a: Image8, b: Image8) =>
      a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length
    const straight = crop(alignFace(image, whole, arcface), inner)
    const right = mean(straight, crop(alignFace(half, shrunk, arcface), inner))
    const off = shrunk.map(({ x, y }) => ({ x: x + 0.25, y })) as unknown as FivePoints
    expect(right).toBeLessThan(mean(straight, crop(alignFace(half, off, arcface), inner)))
  })
  test('a large face is averaged, not sampled: stripes too fine for the output turn grey', () => {
    const stripes = picture(900, 900, (x) => (x % 2 === 0 ? [255, 255, 255] : [0, 0, 0]))
    for (const scale of [2, 3.1, 5, 6.7]) {
      const aligned = crop(alignFace(stripes, placed(turned(scale, 0.1, 120, 40)), arcface), {
        x: 10,
        y: 10,
        width: 80,
        height: 80,
      })
      const [least, most] = [Math.min(...aligned.data), Math.max(...aligned.data)]
      expect(least).toBeGreaterThan(90)
      expect(most).toBeLessThan(165)
    }
  })
  test('the average stays within two grey levels of a much finer one', () => {
    const image = texture(700, 700)
    const matrix = turned(4.3, 0.3, 170, 20)
    const fine = new Float64Array(112 * 112 * 3)
    const n = 12
    for (let y = 0; y < 112; y++)
      for (let x = 0; x < 112; x++)
        for (let k = 0; k < n * n; k++) {
          const p = applyTo(matrix, { x: x - 0.5 + ((k % n) + 0.5) / n, y: y - 0.5 + (Math.floor(k / n) + 0.5) / n })
          const at = (Math.round(p.y) * 700 + Math.round(p.x)) * 3
          for (let c = 0; c < 3; c++) fine[(y * 112 + x) * 3 + c]! += image.data[at + c]! / (n * n)
        }
    const aligned = alignFace(image, placed(matrix), arcface)
    expect(aligned.data.reduce((most, value, i) => Math.max(most, Math.abs(value - fine[i]!)), 0)).toBeLessThan(2)
  })
  test('constant pictures stay constant at every scale, and nothing outside is invented', () => {
    const grey = blank(400, 400, [90, 160, 7])
    for (const scale of [0.3, 1, 1.5, 3]) {
      const aligned = alignFace(grey, placed(turned(scale, 0, 20, 20)), arcface)
      expect(aligned).toEqual(blank(112, 112, [90, 160, 7]))
    }
    expect(alignFace(grey, placed(turned(1, 0, 5000, 5000)), arcface)).toEqual(blank(112, 112))
    expect(alignFace(grey, placed(turned(9, 0, 5000, 5000)), arcface)).toEqual(blank(112, 112))
  })
  test('a face far larger than the picture ends in time', () => {
    const huge = placed(turned(4000, 0, -2e5, -2e5))
    expect(scaleOf(similarity(huge, template))).toBeLessThan(0.001)
    expect(alignFace(noise(30, 30), huge, arcface).width).toBe(112)
  })
})

describe('alignFace with the bicubic warp', () => {
  const bicubic = { ...arcface, resampler: 'vestige-bicubic-warp-1' } as const
  test('a constant picture stays constant, to its very edge', () => {
    for (const scale of [1 / 9, 0.3, 0.9]) {
      const tight = Math.ceil(scale * 112) + 1
      expect(alignFace(blank(tight, tight, [90, 160, 7]), placed(turned(scale, 0, 0, 0)), bicubic)).toEqual(
        blank(112, 112, [90, 160, 7]),
      )
    }
    expect(alignFace(blank(400, 400, [9, 8, 7]), placed(turned(0.2, 0, 5000, 5000)), bicubic)).toEqual(blank(112, 112))
  })
  test("enlarging a crop without turning it is Pillow's bicubic resize", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(7, 8, 14, 16, 28, 56),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 1e6 }),
        (side, x, y, seed) => {
          // The points of the template, where they lie in a crop that was shrunk from 112 px.
          const factor = 112 / side
          const points = template.map((p) => ({
            x: x + (p.x + 0.5) / factor,
            y: y + (p.y + 0.5) / factor,
          })) as unknown as FivePoints
          const image = noise(90, 80, seed)
          // Beyond the crop's own pixels the warp sees its neighbours, the resize does not.
          const inner = { x: 2 * factor, y: 2 * factor, width: 112 - 4 * factor, height: 112 - 4 * factor }
          const enlarged = resize(crop(image, { x, y, width: side, height: side }), 112, 112, 'bicubic')
          const aligned = alignFace(image, points, bicubic)
          expect(greatestDifference(crop(aligned, inner), crop(enlarged, inner))).toBeLessThanOrEqual(1)
          expect(nativeSide(points, arcface)).toBe(side)
          // A picture that is the crop and nothing else has the same edges, too.
          const alone = crop(image, { x, y, width: side, height: side })
          const atOrigin = points.map((p) => ({ x: p.x - x, y: p.y - y })) as unknown as FivePoints
          expect(greatestDifference(alignFace(alone, atOrigin, bicubic), enlarged)).toBeLessThanOrEqual(2)
        },
      ),
      { numRuns: 60 },
    )
  })
  test('a turned face is smooth between pixels: a ramp stays the ramp', () => {
    const ramp = picture(60, 60, (x, y) => [4 * x, 4 * y, 2 * (x + y)])
    const place = turned(0.21, 0.6, 25, 12)
    const aligned = alignFace(ramp, placed(place), bicubic)
    for (const [x, y] of [
      [30, 40],
      [71, 52],
      [100, 90],
    ] as const) {
      const at = applyTo(place, { x, y })
      const pixel = aligned.data.subarray((y * 112 + x) * 3, (y * 112 + x) * 3 + 3)
      const wanted = [4 * at.x, 4 * at.y, 2 * (at.x + at.y)]
      wanted.forEach((value, c) => expect(Math.abs(pixel[c]! - value)).toBeLessThanOrEqual(1))
    }
  })
  test('where the face is shrunk it is the bilinear warp', () => {
    const image = texture(400, 400)
    for (const scale of [1, 1.2, 3])
      expect(alignFace(image, placed(turned(scale, 0.2, 30, 20)), bicubic)).toEqual(
        alignFace(image, placed(turned(scale, 0.2, 30, 20)), arcface),
      )
  })
})

describe('alignFace for an input of 16 px', () => {
  const small = { alignment: 'arcface-112', size: 16, resampler: 'vestige-bicubic-shrink-1' } as const
  test('gives what training makes of an aligned face: its antialiased bicubic reduction', () => {
    const face = noise(112, 112)
    const points = template.map((p) => ({ x: p.x + 0.5, y: p.y + 0.5 })) as unknown as FivePoints
    expect(alignFace(face, points, small)).toEqual(resize(face, 16, 16, 'bicubic'))
  })
  test('enlarges a smaller face as ever', () => {
    const points = placed(turned(0.1, 0.3, 20, 20))
    const image = texture(60, 60)
    const warped = { ...small, resampler: 'vestige-bicubic-warp-1' } as const
    expect(alignFace(image, points, small)).toEqual(alignFace(image, points, warped))
  })
})

test('the native side is at least 4 px', () => {
  expect(nativeSide(placed(turned(0.01, 0.3, 3, 3)), arcface)).toBe(4)
  expect(nativeSide(placed(turned(2, 0.3, 3, 3)), arcface)).toBe(224)
})
