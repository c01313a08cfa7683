// The resampler's passes for enlarging, where no output has more than four taps: twice as fast, the same bytes.
import { PRECISION_BITS, type ResizeWeights } from './weights.ts'

const HALF = 1 << (PRECISION_BITS - 1)

/** Every row as exactly four taps that lie inside the axis; the missing ones weigh 0. */
export interface FourTaps {
  readonly start: Int32Array
  readonly fixed: Int32Array
}

/** The table in this form, or null where a row has more taps or the axis is shorter than four. */
export function fourTaps({ from, to, stride, start, count, fixed }: ResizeWeights): FourTaps | null {
  if (from < 4 || count.some((taps) => taps > 4)) return null
  const out = { start: new Int32Array(to), fixed: new Int32Array(to * 4) }
  for (let o = 0; o < to; o++) {
    const first = Math.min(start[o]!, from - 4)
    out.start[o] = first
    for (let i = 0; i < count[o]!; i++) out.fixed[o * 4 + start[o]! - first + i] = fixed[o * stride + i]!
  }
  return out
}

export function horizontalFour(
  data: Uint8Array,
  width: number,
  height: number,
  { start, fixed }: FourTaps,
): Uint8Array {
  const out = new Uint8ClampedArray(start.length * height * 3)
  for (let y = 0, at = 0; y < height; y++) {
    const line = y * width * 3
    for (let x = 0, k = 0; x < start.length; x++, k += 4, at += 3) {
      const a = fixed[k]!
      const b = fixed[k + 1]!
      const c = fixed[k + 2]!
      const d = fixed[k + 3]!
      const p = line + start[x]! * 3
      const red =
        Math.imul(data[p]!, a) + Math.imul(data[p + 3]!, b) + Math.imul(data[p + 6]!, c) + Math.imul(data[p + 9]!, d)
      const green =
        Math.imul(data[p + 1]!, a) +
        Math.imul(data[p + 4]!, b) +
        Math.imul(data[p + 7]!, c) +
        Math.imul(data[p + 10]!, d)
      const blue =
        Math.imul(data[p + 2]!, a) +
        Math.imul(data[p + 5]!, b) +
        Math.imul(data[p + 8]!, c) +
        Math.imul(data[p + 11]!, d)
      out[at] = (HALF + red) >> PRECISION_BITS
      out[at + 1] = (HALF + green) >> PRECISION_BITS
      out[at + 2] = (HALF + blue) >> PRECISION_BITS
    }
  }
  return new Uint8Array(out.buffer)
}

export function verticalFour(data: Uint8Array, width: number, { start, fixed }: FourTaps): Uint8Array {
  const line = width * 3
  const two = line * 2
  const three = line * 3
  const out = new Uint8ClampedArray(start.length * line)
  for (let y = 0, at = 0; y < start.length; y++) {
    const a = fixed[y * 4]!
    const b = fixed[y * 4 + 1]!
    const c = fixed[y * 4 + 2]!
    const d = fixed[y * 4 + 3]!
    const first = start[y]! * line
    for (let p = first; p < first + line; p++, at++)
      out[at] =
        (HALF +
          Math.imul(data[p]!, a) +
          Math.imul(data[p + line]!, b) +
          Math.imul(data[p + two]!, c) +
          Math.imul(data[p + three]!, d)) >>
        PRECISION_BITS
  }
  return new Uint8Array(out.buffer)
}
