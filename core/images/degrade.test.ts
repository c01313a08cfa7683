// The degradation model: kernels, quantisers, frequencies of its draws, and that a seed says everything.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blurGaussian, blurMotion, convolve, gaussianKernel, motionKernel } from './blur.ts'
import { degrade, drawDegradation, surveillance, throughSize } from './degrade.ts'
import { jpegRoundTrip, luminanceQuantiser } from './jpeg.ts'
import type { Image8 } from './pixels.ts'
import { mix, random } from './random.ts'

const picture = (size: number, seed: number): Image8 => {
  const draw = random(seed)
  return {
    width: size,
    height: size,
    data: Uint8Array.from({ length: size * size * 3 }, (_, i) => 128 + 80 * Math.sin(i / 40) + 20 * draw.normal()),
  }
}
const flat = (value: number): Image8 => ({ width: 20, height: 14, data: new Uint8Array(20 * 14 * 3).fill(value) })
const energy = ({ data, width }: Image8): number =>
  data.reduce((sum, v, i) => sum + (i >= 3 && i % (width * 3) >= 3 ? (v - data[i - 3]!) ** 2 : 0), 0)

describe('random streams', () => {
  it('repeat exactly, and differ for a neighbouring sample', () => {
    const first = (...s: number[]) => Array.from({ length: 5 }, random(...s).next)
    expect(first(1, 2, 3)).toEqual(first(1, 2, 3))
    expect(first(1, 2, 3)).not.toEqual(first(1, 2, 4))
    expect(mix(1, 2)).not.toBe(mix(2, 1))
  })
  it('give words in bulk as one by one, and go on from there', () => {
    const [bulk, single] = [random(4), random(4)]
    for (const length of [1, 0, 5, 100]) {
      const out = new Uint32Array(length)
      bulk.words(out)
      expect([...out].map((word) => word / 2 ** 32)).toEqual(Array.from({ length }, single.next))
      expect(bulk.next()).toBe(single.next())
    }
  })
  it('are uniform and normal', () => {
    const r = random(7)
    const n = 20_000
    const uniform = Array.from({ length: n }, r.next)
    const normal = Array.from({ length: n }, r.normal)
    const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.01)
    expect(Math.abs(mean(normal))).toBeLessThan(0.03)
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(0.05)
  })
})

describe('blur', () => {
  it('the Gaussian of 5 taps and sigma 1', () => {
    const expected = [0.054488685, 0.244201342, 0.402619947, 0.244201342, 0.054488685]
    gaussianKernel(5, 1).forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 8))
  })
  it('motion kernels sum to 1, lie within their length, and a horizontal one is one row', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 3, 5, 7, 9, 11),
        fc.double({ min: 0, max: Math.PI, noNaN: true }),
        (length, angle) => {
          const taps = motionKernel(length, angle)
          expect(taps.reduce((sum, t) => sum + t.weight, 0)).toBeCloseTo(1, 10)
          for (const t of taps) expect(Math.max(Math.abs(t.dx), Math.abs(t.dy))).toBeLessThanOrEqual((length - 1) / 2)
        },
      ),
    )
    expect(new Set(motionKernel(7, 0).map((t) => t.dy))).toEqual(new Set([0]))
  })
  it('keeps a flat picture flat and takes energy from any other', () => {
    for (const blurred of [blurGaussian(flat(77), 7, 2), blurMotion(flat(77), 9, 1)])
      expect(new Set(blurred.data)).toEqual(new Set([77]))
    expect(energy(blurGaussian(picture(40, 1), 7, 2))).toBeLessThan(energy(picture(40, 1)) / 2)
  })
  it('separable and direct forms agree', () => {
    const k = gaussianKernel(5, 1.3)
    const taps = [...k].flatMap((a, i) => [...k].map((b, j) => ({ dx: j - 2, dy: i - 2, weight: a * b })))
    const direct = convolve(picture(16, 3), taps).data
    blurGaussian(picture(16, 3), 5, 1.3).data.forEach((v, i) => expect(Math.abs(v - direct[i]!)).toBeLessThanOrEqual(1))
  })
})

describe('JPEG', () => {
  it.each([
    [30, [27, 18, 17, 27, 40, 66, 85, 101]],
    [50, [16, 11, 10, 16, 24, 40, 51, 61]],
    [75, [8, 6, 5, 8, 12, 20, 26, 31]],
    [90, [3, 2, 2, 3, 5, 8, 10, 12]],
  ])('first row of the luminance quantiser at quality %d', (quality, row) =>
    expect([...luminanceQuantiser(quality).slice(0, 8)]).toEqual(row),
  )
  it('keeps a flat grey, and loses more at a lower quality', () => {
    expect(new Set(jpegRoundTrip(flat(128), 30).data)).toEqual(new Set([128]))
    const original = picture(33, 5)
    const error = (quality: number): number =>
      jpegRoundTrip(original, quality).data.reduce((sum, v, i) => sum + (v - original.data[i]!) ** 2, 0)
    expect(error(95)).toBeLessThan(error(60))
    expect(error(60)).toBeLessThan(error(30))
  })
})

describe('the degradation model', () => {
  const never = {
    blur: { ...surveillance.blur, p: 0 },
    noise: { ...surveillance.noise, p: 0 },
    jpeg: { ...surveillance.jpeg, p: 0 },
  }
  it('with all probabilities 0 and the full size the picture comes back bit for bit', () => {
    const image = picture(112, 9)
    expect(throughSize(degrade(image, drawDegradation(never, random(1), 112), random(1)), 112).data).toEqual(image.data)
  })
  it('a seed says everything', () => {
    const image = picture(112, 9)
    const run = (seed: number): Uint8Array => {
      const r = random(seed, 0, 4)
      return throughSize(degrade(image, drawDegradation(surveillance, r, 112), r), 14).data
    }
    expect(run(5)).toEqual(run(5))
    expect(run(5)).not.toEqual(run(6))
  })
  it('gives the same bytes on every machine and after every change of the code', () => {
    const hash = createHash('sha256')
    for (const size of [112, 33, 8])
      for (let seed = 0; seed < (size === 112 ? 8 : 40); seed++) {
        const r = random(seed, size)
        const drawn = drawDegradation(surveillance, r, size)
        hash.update(throughSize(degrade(picture(size, seed), drawn, r), 4 + (seed % 12)).data)
      }
    expect(hash.digest('hex')).toBe('c8eed917cda83b947c17b504e97a58be134f2d9b239c8e791591e59b0ff57e88')
  })
  it('each corruption fires in half of 10,000 draws, ± 1.5 %', () => {
    const counts = { blur: 0, noise: 0, jpeg: 0 }
    for (let i = 0; i < 10_000; i++) {
      const drawn = drawDegradation(surveillance, random(11, i), 112)
      for (const key of ['blur', 'noise', 'jpeg'] as const) if (drawn[key]) counts[key]++
    }
    for (const n of Object.values(counts)) expect(Math.abs(n / 10_000 - 0.5)).toBeLessThan(0.015)
  })
})
