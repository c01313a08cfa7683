// Gaussian and motion blur of 8-bit pictures, with reflected borders.
import type { Image8 } from './pixels.ts'

/** exp(-i²/2σ²), normalised to sum 1; `size` is odd. */
export function gaussianKernel(size: number, sigma: number): Float64Array {
  const half = (size - 1) / 2
  const raw = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)))
  const sum = raw.reduce((a, b) => a + b, 0)
  return raw.map((v) => v / sum)
}

/** One weight of a sparse kernel, relative to its centre. */
export interface Tap {
  readonly dx: number
  readonly dy: number
  readonly weight: number
}

/** A straight stroke of `length` (odd) pixels at `angle` radians, drawn by 8·length points with bilinear weights; sum 1. */
export function motionKernel(length: number, angle: number): Tap[] {
  const half = (length - 1) / 2
  const grid = new Float64Array(length * length)
  const points = 8 * length
  for (let k = 0; k < points; k++) {
    const along = (k / (points - 1) - 0.5) * (length - 1)
    const x = half + along * Math.cos(angle)
    const y = half - along * Math.sin(angle)
    const left = Math.min(Math.max(Math.floor(x), 0), length - 1)
    const top = Math.min(Math.max(Math.floor(y), 0), length - 1)
    const [fx, fy] = [x - left, y - top]
    for (const [dx, dy, w] of [
      [0, 0, (1 - fx) * (1 - fy)],
      [1, 0, fx * (1 - fy)],
      [0, 1, (1 - fx) * fy],
      [1, 1, fx * fy],
    ] as const)
      if (left + dx < length && top + dy < length) grid[(top + dy) * length + left + dx]! += w
  }
  const sum = grid.reduce((a, b) => a + b, 0)
  return [...grid].flatMap((value, i) =>
    value === 0 ? [] : [{ dx: (i % length) - half, dy: Math.floor(i / length) - half, weight: value / sum }],
  )
}

/** Index of a position outside 0 .. n-1 after reflecting at the border without repeating it (…2 1 0 1 2…). */
function reflected(i: number, n: number): number {
  if (n === 1) return 0
  const period = 2 * (n - 1)
  const folded = ((i % period) + period) % period
  return folded < n ? folded : period - folded
}
const table = (n: number, reach: number): Int32Array =>
  Int32Array.from({ length: n + 2 * reach }, (_, i) => reflected(i - reach, n))

/** Convolves with sparse taps; rounds and clamps to 8 bits once. */
export function convolve(image: Image8, taps: readonly Tap[]): Image8 {
  const { width, height, data } = image
  const reach = taps.reduce((most, t) => Math.max(most, Math.abs(t.dx), Math.abs(t.dy)), 0)
  const column = table(width, reach)
  const row = table(height, reach)
  const sums = new Float32Array(data.length)
  for (const { dx, dy, weight } of taps)
    for (let y = 0, at = 0; y < height; y++) {
      const line = row[y + dy + reach]! * width
      for (let x = 0; x < width; x++, at += 3) {
        const from = (line + column[x + dx + reach]!) * 3
        sums[at]! += weight * data[from]!
        sums[at + 1]! += weight * data[from + 1]!
        sums[at + 2]! += weight * data[from + 2]!
      }
    }
  return { width, height, data: new Uint8Array(Uint8ClampedArray.from(sums).buffer) }
}

/** Separable Gaussian blur; the first pass is kept unrounded. */
export function blurGaussian(image: Image8, size: number, sigma: number): Image8 {
  const kernel = gaussianKernel(size, sigma)
  const half = (size - 1) / 2
  const { width, height, data } = image
  const column = table(width, half)
  const row = table(height, half)
  const middle = new Float32Array(data.length)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3)
      for (let k = 0; k < size; k++) {
        const from = (y * width + column[x + k]!) * 3
        const w = kernel[k]!
        middle[at]! += w * data[from]!
        middle[at + 1]! += w * data[from + 1]!
        middle[at + 2]! += w * data[from + 2]!
      }
  const sums = new Float32Array(data.length)
  const line = width * 3
  for (let y = 0; y < height; y++)
    for (let k = 0; k < size; k++) {
      const w = kernel[k]!
      const from = row[y + k]! * line
      const to = y * line
      for (let i = 0; i < line; i++) sums[to + i]! += w * middle[from + i]!
    }
  return { width, height, data: new Uint8Array(Uint8ClampedArray.from(sums).buffer) }
}

/** Blur of a straight movement of `length` pixels at `angle` radians. */
export const blurMotion = (image: Image8, length: number, angle: number): Image8 =>
  convolve(image, motionKernel(length, angle))
