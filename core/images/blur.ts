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

/** The picture with `across` reflected columns on either side and `down` reflected rows; as doubles, ready to multiply. */
function framed({ width, height, data }: Image8, across: number, down: number): Float64Array {
  const out = new Float64Array((width + 2 * across) * (height + 2 * down) * 3)
  for (let y = -down, to = 0; y < height + down; y++) {
    const line = reflected(y, height) * width
    for (let x = -across; x < width + across; x++, to += 3) {
      const from = (line + (x >= 0 && x < width ? x : reflected(x, width))) * 3
      out[to] = data[from]!
      out[to + 1] = data[from + 1]!
      out[to + 2] = data[from + 2]!
    }
  }
  return out
}

/*
 * A blurred value is defined as the sum over the taps, rounded to single precision after every one, then to 8 bits. All
 * those roundings move it by less than 1e-5 a tap, so a sum in double precision, in any order, gives the same byte
 * unless it lies as near as that to the border between two bytes. Only there the definition is followed to the letter.
 */
const ROUNDING = 1e-5
const certain = (sum: number, margin: number): boolean => Math.abs(sum - Math.floor(sum) - 0.5) > margin

/** Convolves with sparse taps; rounds and clamps to 8 bits once. */
export function convolve(image: Image8, taps: readonly Tap[]): Image8 {
  const { width, height, data } = image
  const reach = taps.reduce((most, t) => Math.max(most, Math.abs(t.dx), Math.abs(t.dy)), 0)
  const from = framed(image, reach, reach)
  const line = (width + 2 * reach) * 3
  const count = taps.length
  const margin = (count + 1) * ROUNDING
  const weights = Float64Array.from(taps, (t) => t.weight)
  const places = Int32Array.from(taps, (t) => (t.dy + reach) * line + (t.dx + reach) * 3)
  const defined = (start: number): number => {
    let sum = 0
    for (let k = 0; k < count; k++) sum = Math.fround(sum + weights[k]! * from[start + places[k]!]!)
    return sum
  }
  const out = new Uint8ClampedArray(data.length)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0, start = y * line; x < width; x++, start += 3, at += 3) {
      let r = 0
      let g = 0
      let b = 0
      for (let k = 0; k < count; k++) {
        const weight = weights[k]!
        const p = start + places[k]!
        r += weight * from[p]!
        g += weight * from[p + 1]!
        b += weight * from[p + 2]!
      }
      out[at] = certain(r, margin) ? r : defined(start)
      out[at + 1] = certain(g, margin) ? g : defined(start + 1)
      out[at + 2] = certain(b, margin) ? b : defined(start + 2)
    }
  return { width, height, data: new Uint8Array(out.buffer) }
}

/** Separable Gaussian blur; the first pass is kept unrounded. */
export function blurGaussian(image: Image8, size: number, sigma: number): Image8 {
  const kernel = gaussianKernel(size, sigma)
  const half = (size - 1) / 2
  const { width, height, data } = image
  const line = width * 3
  const wide = line + 6 * half
  const from = framed(image, half, half)
  const margin = 2 * (size + 1) * ROUNDING
  const defined = (y: number, i: number): number => {
    let sum = 0
    for (let j = 0; j < size; j++) {
      let across = 0
      for (let k = 0, p = (y + j) * wide + i; k < size; k++, p += 3)
        across = Math.fround(across + kernel[k]! * from[p]!)
      sum = Math.fround(sum + kernel[j]! * across)
    }
    return sum
  }
  // The kernel is symmetric: two taps of one weight are added first.
  const middle = new Float64Array(line * (height + 2 * half))
  for (let y = half, at = half * line; y < half + height; y++)
    for (let p = y * wide + 3 * half, end = p + line; p < end; p++, at++) {
      let sum = kernel[half]! * from[p]!
      for (let k = 1; k <= half; k++) sum += kernel[half + k]! * (from[p - 3 * k]! + from[p + 3 * k]!)
      middle[at] = sum
    }
  for (let y = 1; y <= half; y++) {
    const [above, below] = [half + reflected(-y, height), half + reflected(height - 1 + y, height)]
    middle.copyWithin((half - y) * line, above * line, (above + 1) * line)
    middle.copyWithin((half + height - 1 + y) * line, below * line, (below + 1) * line)
  }
  const out = new Uint8ClampedArray(data.length)
  for (let y = 0, at = 0; y < height; y++)
    for (let i = 0, p = (y + half) * line; i < line; i++, p++, at++) {
      let sum = kernel[half]! * middle[p]!
      for (let k = 1, step = line; k <= half; k++, step += line)
        sum += kernel[half + k]! * (middle[p - step]! + middle[p + step]!)
      out[at] = certain(sum, margin) ? sum : defined(y, i)
    }
  return { width, height, data: new Uint8Array(out.buffer) }
}

/** Blur of a straight movement of `length` pixels at `angle` radians. */
export const blurMotion = (image: Image8, length: number, angle: number): Image8 =>
  convolve(image, motionKernel(length, angle))
