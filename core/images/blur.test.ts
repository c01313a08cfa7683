// The fast blurs give the very bytes of the definition: one rounding to single precision after every tap.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blurGaussian, convolve, gaussianKernel, motionKernel, type Tap } from './blur.ts'
import type { Image8 } from './pixels.ts'
import { random } from './random.ts'

const reflect = (i: number, n: number): number => {
  if (n === 1) return 0
  const at = Math.abs(i) % (2 * (n - 1))
  return at < n ? at : 2 * (n - 1) - at
}
const bytes = (sums: Float32Array): Uint8Array => new Uint8Array(new Uint8ClampedArray(sums).buffer)

function plainConvolve({ width, height, data }: Image8, taps: readonly Tap[]): Uint8Array {
  const sums = new Float32Array(data.length)
  for (const { dx, dy, weight } of taps)
    for (let i = 0; i < data.length; i++) {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
      sums[i]! += weight * data[(reflect(y + dy, height) * width + reflect(x + dx, width)) * 3 + (i % 3)]!
    }
  return bytes(sums)
}
function plainGaussian({ width, height, data }: Image8, size: number, sigma: number): Uint8Array {
  const kernel = gaussianKernel(size, sigma)
  const middle = new Float32Array(data.length)
  const sums = new Float32Array(data.length)
  for (const [from, to, down] of [[data, middle, false] as const, [middle, sums, true] as const])
    for (let i = 0; i < data.length; i++) {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
      for (const [k, weight] of kernel.entries()) {
        const by = k - (size - 1) / 2
        const [u, v] = down ? [x, reflect(y + by, height)] : [reflect(x + by, width), y]
        to[i]! += weight * from[(v * width + u) * 3 + (i % 3)]!
      }
    }
  return bytes(sums)
}

/** Noise, or few values, whose means lie on the border between two bytes again and again. */
const images = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    seed: fc.nat(),
    few: fc.boolean(),
  })
  .map(({ width, height, seed, few }): Image8 => {
    const draw = random(seed)
    const value = (): number => (few ? 127 + draw.below(2) : draw.below(256))
    return { width, height, data: Uint8Array.from({ length: width * height * 3 }, value) }
  })

it('convolution', () =>
  fc.assert(
    fc.property(
      images,
      fc.constantFrom(1, 3, 5, 9, 11),
      fc.double({ min: 0, max: 3.2, noNaN: true }),
      (image, n, angle) => {
        const taps = motionKernel(n, angle)
        expect(convolve(image, taps).data).toEqual(plainConvolve(image, taps))
      },
    ),
  ))
it('convolution whose every sum lies on a border', () => {
  const data = Uint8Array.from({ length: 300 }, (_, i) => (Math.floor(i / 3) % 2) + 100)
  const taps = [0, 1].map((dx) => ({ dx, dy: 0, weight: 0.5 }))
  expect(convolve({ width: 10, height: 10, data }, taps).data).toEqual(
    plainConvolve({ width: 10, height: 10, data }, taps),
  )
})
it('Gaussian', () =>
  fc.assert(
    fc.property(
      images,
      fc.constantFrom(1, 3, 5, 9, 15),
      fc.double({ min: 0.3, max: 6, noNaN: true }),
      (image, n, sigma) => {
        expect(blurGaussian(image, n, sigma).data).toEqual(plainGaussian(image, n, sigma))
      },
    ),
  ))
