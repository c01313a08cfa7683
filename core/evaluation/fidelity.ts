// How near is one picture to another: PSNR, SSIM, and the share of a set above each value.
import type { Image8 } from '../images/pixels.ts'

/** 10 log10(255² / mean squared error) over all bytes, dB; infinite for equal pictures. */
export function psnr(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i]! - y[i]!) ** 2
  return 10 * Math.log10((255 * 255 * x.length) / sum)
}

/** ITU-R BT.601 luma in studio range 16..235, as image quality papers use it. */
export function luma({ width, height, data }: Image8): Float64Array {
  return Float64Array.from(
    { length: width * height },
    (_, i) => 16 + (65.481 * data[i * 3]! + 128.553 * data[i * 3 + 1]! + 24.966 * data[i * 3 + 2]!) / 255,
  )
}

const WINDOW = (() => {
  const raw = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 * 1.5)))
  const sum = raw.reduce((a, b) => a + b, 0)
  return raw.map((v) => v / sum)
})()

/** Gaussian window over the valid area: [h, w] → [h - 10, w - 10]. */
function smooth(values: Float64Array, width: number, height: number): Float64Array {
  const w = width - 10
  const across = new Float64Array(w * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < w; x++) {
      let sum = 0
      for (let k = 0; k < 11; k++) sum += WINDOW[k]! * values[y * width + x + k]!
      across[y * w + x] = sum
    }
  const out = new Float64Array(w * (height - 10))
  for (let y = 0; y < height - 10; y++)
    for (let x = 0; x < w; x++) {
      let sum = 0
      for (let k = 0; k < 11; k++) sum += WINDOW[k]! * across[(y + k) * w + x]!
      out[y * w + x] = sum
    }
  return out
}

/**
 * Mean structural similarity of two planes in 0..255: Gaussian window 11 x 11, σ 1.5, K1 0.01, K2 0.03, valid area.
 * @see Wang et al., IEEE TIP 13(4), 2004, eq. 13
 */
export function ssim(x: Float64Array, y: Float64Array, width: number, height: number): number {
  const product = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v * b[i]!)
  const [mx, my, xx, yy, xy] = [x, y, product(x, x), product(y, y), product(x, y)].map((v) =>
    smooth(v, width, height),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]
  let sum = 0
  for (let i = 0; i < mx.length; i++) {
    const [a, b] = [mx[i]!, my[i]!]
    sum +=
      ((2 * a * b + c1) * (2 * (xy[i]! - a * b) + c2)) / ((a * a + b * b + c1) * (xx[i]! - a * a + yy[i]! - b * b + c2))
  }
  return sum / mx.length
}

/** Cumulative score distribution: for each grid value the share of scores at or above it. */
export const cumulativeScores = (scores: readonly number[], grid: readonly number[]): number[] =>
  grid.map((t) => scores.filter((s) => s >= t).length / scores.length)
