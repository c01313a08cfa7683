// Gaussian and motion blur of 8-bit pictures, with reflected borders.
import type { Image8 } from './pixels.ts'
import { nearest, scratch } from './scratch.ts'

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

/** The picture with `border` reflected pixels on every side, as doubles ready to multiply; valid until the next call. */
function framed({ width, height, data }: Image8, border: number): Float64Array {
  const line = width * 3
  const wide = line + 6 * border
  const out = frame(wide * (height + 2 * border))
  for (let y = 0; y < height; y++) {
    const to = (y + border) * wide + 3 * border
    out.set(data.subarray(y * line, (y + 1) * line), to)
    for (let x = 1; x <= border; x++)
      for (let c = 0; c < 3; c++) {
        out[to - 3 * x + c] = out[to + 3 * reflected(-x, width) + c]!
        out[to + line + 3 * (x - 1) + c] = out[to + 3 * reflected(width - 1 + x, width) + c]!
      }
  }
  reflectRows(out, wide, height, border)
  return out
}

/** Fills the rows above and below, given those of the picture. */
function reflectRows(rows: Float64Array, line: number, height: number, border: number): void {
  for (let y = 1; y <= border; y++) {
    const [above, below] = [border + reflected(-y, height), border + reflected(height - 1 + y, height)]
    rows.copyWithin((border - y) * line, above * line, (above + 1) * line)
    rows.copyWithin((border + height - 1 + y) * line, below * line, (below + 1) * line)
  }
}
const frame = scratch()
const between = scratch()
const totals = scratch()

/*
 * A blurred value is defined as the sum over the taps, rounded to single precision after every one, then to 8 bits. All
 * those roundings move it by less than 1e-5 a tap, so a sum in double precision, in any order, gives the same byte
 * unless it lies as near as that to the border between two bytes. Only there the definition is followed to the letter.
 */
const ROUNDING = 1e-5

/** Sums, none of them beyond 0..255, to bytes. @param defined the sum at a place as it is defined */
function toBytes(sums: Float64Array, length: number, margin: number, defined: (at: number) => number): Uint8Array {
  const out = new Uint8Array(length)
  for (let at = 0; at < length; at++) {
    const sum = sums[at]!
    const whole = nearest(sum)
    out[at] = Math.abs(sum - whole) < 0.5 - margin ? whole : nearest(defined(at))
  }
  return out
}

/** Convolves with sparse taps of weights >= 0 and sum 1; rounds to 8 bits once. */
export function convolve(image: Image8, taps: readonly Tap[]): Image8 {
  const { width, height, data } = image
  const border = taps.reduce((most, t) => Math.max(most, Math.abs(t.dx), Math.abs(t.dy)), 0)
  const from = framed(image, border)
  const line = width * 3
  const wide = line + 6 * border
  const places = taps.map((t) => (t.dy + border) * wide + (t.dx + border) * 3)
  const sums = totals(data.length).fill(0, 0, data.length)
  // Four taps at a time: a quarter of the loads and stores of the sums.
  for (let k = 0; k < taps.length; k += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((n) => taps[k + n]?.weight ?? 0) as [number, number, number, number]
    const [pa, pb, pc, pd] = [0, 1, 2, 3].map((n) => places[k + n] ?? 0) as [number, number, number, number]
    for (let y = 0, at = 0; y < height; y++)
      for (let p = y * wide, end = p + line; p < end; p++, at++)
        sums[at] = sums[at]! + a * from[p + pa]! + b * from[p + pb]! + c * from[p + pc]! + d * from[p + pd]!
  }
  const defined = (at: number): number => {
    const start = Math.floor(at / line) * wide + (at % line)
    return taps.reduce((sum, t, k) => Math.fround(sum + t.weight * from[start + places[k]!]!), 0)
  }
  return { width, height, data: toBytes(sums, data.length, (taps.length + 1) * ROUNDING, defined) }
}

/**
 * `count` sums of a symmetric kernel over neighbours `step` apart, from `p` on. Written out for five and nine taps:
 * half the time of a loop.
 * @param half the kernel from its middle outwards, five weights or more
 */
function symmetric(
  from: Float64Array,
  p: number,
  out: Float64Array,
  at: number,
  count: number,
  step: number,
  half: Float64Array,
): void {
  const [a, b, c, d, e] = half as unknown as [number, number, number, number, number]
  const [two, three, four] = [2 * step, 3 * step, 4 * step]
  const end = p + count
  if (d === 0 && e === 0 && half.length === 5)
    for (; p < end; p++, at++)
      out[at] = a * from[p]! + b * (from[p - step]! + from[p + step]!) + c * (from[p - two]! + from[p + two]!)
  else
    for (let i = p, to = at; i < end; i++, to++)
      out[to] =
        a * from[i]! +
        b * (from[i - step]! + from[i + step]!) +
        c * (from[i - two]! + from[i + two]!) +
        d * (from[i - three]! + from[i + three]!) +
        e * (from[i - four]! + from[i + four]!)
  for (let k = 5, far = 5 * step; k < half.length; k++, far += step)
    for (let i = p, to = at; i < end; i++, to++) out[to] = out[to]! + half[k]! * (from[i - far]! + from[i + far]!)
}

/** Separable Gaussian blur; the first pass is kept unrounded. */
export function blurGaussian(image: Image8, size: number, sigma: number): Image8 {
  const kernel = gaussianKernel(size, sigma)
  const reach = (size - 1) / 2
  const border = Math.max(4, reach)
  const half = Float64Array.from({ length: border + 1 }, (_, k) => kernel[reach + k] ?? 0)
  const { width, height, data } = image
  const line = width * 3
  const wide = line + 6 * border
  const from = framed(image, border)
  const middle = between(line * (height + 2 * border))
  for (let y = border; y < border + height; y++) symmetric(from, y * wide + 3 * border, middle, y * line, line, 3, half)
  reflectRows(middle, line, height, border)
  const sums = totals(data.length)
  symmetric(middle, border * line, sums, 0, data.length, line, half)
  const defined = (at: number): number => {
    const start = (Math.floor(at / line) + border - reach) * wide + 3 * (border - reach) + (at % line)
    const across = (row: number): number =>
      kernel.reduce((sum, weight, k) => Math.fround(sum + weight * from[start + row * wide + 3 * k]!), 0)
    return kernel.reduce((sum, weight, row) => Math.fround(sum + weight * across(row)), 0)
  }
  return { width, height, data: toBytes(sums, data.length, 2 * (size + 1) * ROUNDING, defined) }
}

/** Blur of a straight movement of `length` pixels at `angle` radians. */
export const blurMotion = (image: Image8, length: number, angle: number): Image8 =>
  convolve(image, motionKernel(length, angle))
