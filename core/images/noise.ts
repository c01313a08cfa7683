// Gaussian noise on 8-bit pictures, from one seeded stream.
import type { Image8 } from './pixels.ts'
import type { Random } from './random.ts'
import { nearest, scratch } from './scratch.ts'

/** The exact form (Box & Muller 1958), from two words of 2^-32: the cosine's value, or the sine's. */
function defined(first: number, second: number, sine: boolean): number {
  const radius = Math.sqrt(-2 * Math.log(1 - first / 4294967296))
  const angle = 2 * Math.PI * (second / 4294967296)
  return radius * (sine ? Math.sin(angle) : Math.cos(angle))
}

/*
 * The same to within 1e-9, in a quarter of the time: logarithm, cosine and sine from tables at the leading bits and the
 * first terms of their series for the rest.
 */
const LOG_STEPS = 1024
const middle = (i: number): number => 1 + (i + 0.5) / LOG_STEPS
const LOG = Float64Array.from({ length: LOG_STEPS }, (_, i) => Math.log(middle(i)))
const INVERSE = Float64Array.from({ length: LOG_STEPS }, (_, i) => 2 ** -31 / middle(i))
const TURN_STEPS = 4096
const COS = Float64Array.from({ length: TURN_STEPS }, (_, i) => Math.cos((2 * Math.PI * i) / TURN_STEPS))
const SIN = Float64Array.from({ length: TURN_STEPS }, (_, i) => Math.sin((2 * Math.PI * i) / TURN_STEPS))
const UNIT = (2 * Math.PI) / 4294967296

/** Twice as many normal numbers as there are pairs of words. */
function normals(words: Uint32Array, out: Float64Array): void {
  for (let i = 0; i < words.length; i += 2) {
    // log(1 - first / 2^32) = log(k / 2^32) for the whole number k; 0 stands for k = 2^32, whose logarithm is 0.
    const k = -words[i]! >>> 0
    let radius = 0
    if (k !== 0) {
      const zeros = Math.clz32(k)
      const top = (k << zeros) >>> 0
      const place = (top >>> 21) & (LOG_STEPS - 1)
      const r = top * INVERSE[place]! - 1
      const log = LOG[place]! + r * (1 - r * (0.5 - r * (1 / 3))) - (zeros + 1) * Math.LN2
      radius = Math.sqrt(-2 * log)
    }
    const word = words[i + 1]!
    const cos = COS[word >>> 20]!
    const sin = SIN[word >>> 20]!
    const d = (word & 0xfffff) * UNIT
    const even = 1 - 0.5 * d * d
    const odd = d - (d * d * d) / 6
    out[i] = radius * (cos * even - sin * odd)
    out[i + 1] = radius * (sin * even + cos * odd)
  }
}
const memory = scratch()
/** Far more than the tables' error times any deviation; nearer to the border between two bytes, the exact form decides. */
const CERTAIN = 0.5 - 1e-5

/**
 * Additive Gaussian noise of standard deviation `sigma` (0..1000) in 8-bit steps, clamped; `shared` gives R, G and B the
 * same value. Draws one number per value, and one more where their count is odd.
 */
export function addNoise(image: Image8, sigma: number, shared: boolean, random: Random): Image8 {
  const { data } = image
  const count = shared ? data.length / 3 : data.length
  const words = new Uint32Array(count + (count & 1))
  random.words(words)
  const noise = memory(words.length)
  normals(words, noise)
  const out = new Uint8ClampedArray(data.length)
  const each = shared ? 3 : 1
  for (let i = 0, at = 0; i < count; i++)
    for (const end = at + each; at < end; at++) {
      const value = data[at]! + noise[i]! * sigma
      out[at] =
        Math.abs(value - nearest(value)) < CERTAIN
          ? value
          : data[at]! + defined(words[i & ~1]!, words[i | 1]!, (i & 1) === 1) * sigma
    }
  return { ...image, data: new Uint8Array(out.buffer) }
}
