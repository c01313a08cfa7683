// The fast cosine transforms give the very values of the definition: two matrix products, rounded to single precision.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { quantisePlane } from './dct.ts'
import { chrominanceQuantiser, luminanceQuantiser } from './jpeg.ts'
import { random } from './random.ts'

const basis = Float32Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7]
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
})
function plainTransform(block: Float32Array, back: boolean): Float32Array {
  const pass = (from: Float32Array): Float32Array => {
    const to = new Float32Array(64)
    for (let u = 0; u < 8; u++)
      for (let line = 0; line < 8; line++) {
        let sum = 0
        for (let x = 0; x < 8; x++) sum += (back ? basis[x * 8 + u]! : basis[u * 8 + x]!) * from[line * 8 + x]!
        to[u * 8 + line] = sum
      }
    return to
  }
  return pass(pass(block))
}
function plainPlane(values: Float32Array, width: number, height: number, steps: Int32Array): void {
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      const place = (i: number): number =>
        Math.min(top + (i >> 3), height - 1) * width + Math.min(left + (i & 7), width - 1)
      const levels = plainTransform(
        Float32Array.from({ length: 64 }, (_, i) => values[place(i)]! - 128),
        false,
      )
      const back = plainTransform(
        levels.map((v, i) => Math.round(v / steps[i]!) * steps[i]!),
        true,
      )
      for (let i = 0; i < 64; i++)
        if (top + (i >> 3) < height && left + (i & 7) < width)
          values[place(i)] = Math.min(255, Math.max(0, Math.round(back[i]! + 128)))
    }
}

const quality = fc.integer({ min: 1, max: 100 })
const side = fc.integer({ min: 1, max: 40 })
/** Noise, black and white, or almost flat: the last puts many values on the border between two whole numbers. */
const kinds = fc.constantFrom<((draw: ReturnType<typeof random>) => number)[]>(
  (draw) => draw.below(256),
  (draw) => draw.below(2) * 255,
  (draw) => 60 + draw.below(2),
  () => 77,
)

it.each([
  ['luminance', luminanceQuantiser],
  ['chrominance', chrominanceQuantiser],
] as const)('quantised %s', (_, quantiser) =>
  fc.assert(
    fc.property(side, side, quality, fc.nat(), kinds, (width, height, q, seed, kind) => {
      const draw = random(seed)
      const fast = Float32Array.from({ length: width * height }, () => kind(draw))
      const plain = fast.slice()
      quantisePlane(fast, width, height, quantiser(q))
      plainPlane(plain, width, height, quantiser(q))
      expect(fast).toEqual(plain)
    }),
  ),
)
it('blocks of one value, of every value, at every quality: exact ties', () => {
  for (let value = 0; value < 256; value += 5)
    for (let q = 1; q <= 100; q += 3) {
      const [fast, plain] = [new Float32Array(64).fill(value), new Float32Array(64).fill(value)]
      quantisePlane(fast, 8, 8, luminanceQuantiser(q))
      plainPlane(plain, 8, 8, luminanceQuantiser(q))
      expect(fast).toEqual(plain)
    }
})
