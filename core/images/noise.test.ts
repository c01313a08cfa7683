// Noise from tables gives the very bytes of the exact form, has the stated strength, and no bias.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addNoise } from './noise.ts'
import type { Image8 } from './pixels.ts'
import { random, type Random } from './random.ts'

const flat = (value: number): Image8 => ({ width: 100, height: 60, data: new Uint8Array(18_000).fill(value) })

it("is what Box and Muller's formula gives, byte for byte", () =>
  fc.assert(
    fc.property(
      fc.nat(),
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.boolean(),
      fc.nat(500),
      (seed, sigma, shared, n) => {
        const image: Image8 = {
          width: n + 1,
          height: 1,
          data: Uint8Array.from({ length: 3 * n + 3 }, (_, i) => (i * 7) % 256),
        }
        const draw = random(seed)
        const plain = new Uint8ClampedArray(image.data)
        for (let i = 0, value = 0; i < plain.length; i++) {
          if (!shared || i % 3 === 0) value = draw.normal() * sigma
          plain[i] = plain[i]! + value
        }
        expect(addNoise(image, sigma, shared, random(seed)).data).toEqual(new Uint8Array(plain.buffer))
      },
    ),
    { numRuns: 300 },
  ))
it('holds at the ends of the tables', () => {
  const ends = [0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x000fffff, 0x00100000]
  const words = ends.flatMap((first) => ends.flatMap((second) => [first, second]))
  const image: Image8 = { width: words.length, height: 1, data: new Uint8Array(words.length * 3).fill(128) }
  const fixed: Random = { ...random(1), words: (out) => out.set(words) }
  const { data } = addNoise(image, 9, true, fixed)
  for (let i = 0; i < words.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - words[i]! / 2 ** 32))
    const angle = (2 * Math.PI * words[i + 1]!) / 2 ** 32
    const plain = Uint8ClampedArray.of(128 + 9 * radius * Math.cos(angle), 128 + 9 * radius * Math.sin(angle))
    expect([data[3 * i], data[3 * i + 3]]).toEqual([...plain])
  }
})
it('has the stated strength and no bias', () => {
  const { data } = addNoise(flat(128), 6, false, random(3))
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length
  const variance = data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length
  expect(Math.abs(mean - 128)).toBeLessThan(0.2)
  expect(Math.abs(Math.sqrt(variance) - 6)).toBeLessThan(0.2)
})
it('a shared plane keeps grey grey', () => {
  const { data } = addNoise(flat(128), 10, true, random(3))
  for (let i = 0; i < data.length; i += 3) expect(data[i] === data[i + 1] && data[i] === data[i + 2]).toBe(true)
})
