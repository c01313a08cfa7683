// Draws a picture through an affine map by bicubic sampling: how a face smaller than the network's input is enlarged.
import type { Image8 } from './pixels.ts'
import { invert, type Affine } from './similarity.ts'

/**
 * Positions between two pixels that have weights of their own; the nearest is off by at most 0.1 grey levels. A multiple
 * of 7 and 256, so that 7, 8, 14, 16, 28 and 56 px become 112 px with exact weights.
 */
const STEPS = 1792
/** Weights are whole numbers of units of 2^-22, as in Pillow: a sum of four bytes and its overshoot fit 32 bits. */
const BITS = 22
const HALF = 1 << (BITS - 1)

/** Keys' cubic with a = -0.5 (Catmull-Rom) at distances 1 + t, t, 1 - t, 2 - t: four weights per step. */
const weights = Int32Array.from({ length: (STEPS + 1) * 4 }, (_, i) => {
  const x = Math.abs((i % 4) - 1 - (i >> 2) / STEPS)
  const weight = x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
  return Math.round(weight * (1 << BITS))
})

/** 0..255 for whole numbers from -256 on: a look-up is quicker than two comparisons. */
const OFFSET = 256
const clamped = Uint8Array.from({ length: 3 * OFFSET }, (_, i) => Math.min(255, Math.max(0, i - OFFSET)))

/** Taps of one axis that lie inside the picture; what the others weigh is shared out among them, as Pillow does. */
function inside(first: number, at: number, length: number): number[] {
  const taps = [0, 1, 2, 3].map((k) => (first + k >= 0 && first + k < length ? weights[at + k]! : 0))
  const sum = taps.reduce((a, b) => a + b, 0)
  return taps.map((weight) => Math.round((weight / sum) * (1 << BITS)))
}

/** One sample whose taps may lie outside the picture. */
function atBorder(image: Image8, i: number, j: number, s: number, t: number, out: Uint8Array, at: number): void {
  const { width, height, data } = image
  const across = inside(i - 1, s, width)
  const down = inside(j - 1, t, height)
  for (let channel = 0; channel < 3; channel++) {
    let sum = HALF
    down.forEach((v, y) => {
      if (v === 0) return
      let row = HALF
      across.forEach((h, x) => {
        if (h !== 0) row += h * data[((j - 1 + y) * width + i - 1 + x) * 3 + channel]!
      })
      sum += v * clamped[(row >> BITS) + OFFSET]!
    })
    out[at + channel] = clamped[(sum >> BITS) + OFFSET]!
  }
}

/**
 * Warps to a size x size square. `matrix` takes source pixel indices (first centre at 0) to output pixel indices; each
 * output pixel is the bicubic mean (a = -0.5) of the 4 x 4 source pixels around its inverse image: along the four rows
 * first, rounded and kept within 0..255, then across them, again. At the picture's edge only pixels inside it count,
 * with weights that still sum to 1; outside the picture everything is 0. Enlarging by a whole factor without turning is
 * Pillow's bicubic resize but for the last bits of the weights. No antialiasing: for maps that enlarge.
 */
export function warpBicubic(image: Image8, matrix: Affine, size: number): Image8 {
  const { width, height, data } = image
  const [a, b, c, d, e, f] = invert(matrix)
  const out = new Uint8Array(size * size * 3)
  const line = (width * 3) | 0
  for (let y = 0, at = 0; y < size; y++) {
    const u0 = b * y + c
    const v0 = e * y + f
    for (let x = 0; x < size; x++, at += 3) {
      const u = a * x + u0
      const v = d * x + v0
      if (!(u >= -0.5 && v >= -0.5 && u < width - 0.5 && v < height - 0.5)) continue
      const i = Math.floor(u)
      const j = Math.floor(v)
      const s = (((u - i) * STEPS + 0.5) | 0) << 2
      const t = (((v - j) * STEPS + 0.5) | 0) << 2
      if (i < 1 || j < 1 || i > width - 3 || j > height - 3) {
        atBorder(image, i, j, s, t, out, at)
        continue
      }
      const h0 = weights[s]!
      const h1 = weights[s + 1]!
      const h2 = weights[s + 2]!
      const h3 = weights[s + 3]!
      const w0 = weights[t]!
      const w1 = weights[t + 1]!
      const w2 = weights[t + 2]!
      const w3 = weights[t + 3]!
      let p = (Math.imul(j - 1, line) + Math.imul(i - 1, 3)) | 0
      for (let channel = 0; channel < 3; channel++, p = (p + 1) | 0) {
        const q = (p + line) | 0
        const r = (q + line) | 0
        const z = (r + line) | 0
        const first =
          Math.imul(h0, data[p]!) +
          Math.imul(h1, data[p + 3]!) +
          Math.imul(h2, data[p + 6]!) +
          Math.imul(h3, data[p + 9]!)
        const second =
          Math.imul(h0, data[q]!) +
          Math.imul(h1, data[q + 3]!) +
          Math.imul(h2, data[q + 6]!) +
          Math.imul(h3, data[q + 9]!)
        const third =
          Math.imul(h0, data[r]!) +
          Math.imul(h1, data[r + 3]!) +
          Math.imul(h2, data[r + 6]!) +
          Math.imul(h3, data[r + 9]!)
        const fourth =
          Math.imul(h0, data[z]!) +
          Math.imul(h1, data[z + 3]!) +
          Math.imul(h2, data[z + 6]!) +
          Math.imul(h3, data[z + 9]!)
        const sum =
          Math.imul(w0, clamped[((HALF + first) >> BITS) + OFFSET]!) +
          Math.imul(w1, clamped[((HALF + second) >> BITS) + OFFSET]!) +
          Math.imul(w2, clamped[((HALF + third) >> BITS) + OFFSET]!) +
          Math.imul(w3, clamped[((HALF + fourth) >> BITS) + OFFSET]!)
        out[at + channel] = clamped[((HALF + sum) >> BITS) + OFFSET]!
      }
    }
  }
  return { width: size, height: size, data: out }
}
