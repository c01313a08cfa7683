// The lossy middle of JPEG: 8 x 8 blocks through the cosine transform, quantisation and back.
import { nearest } from './scratch.ts'

/** Orthonormal DCT-II matrix, 8 x 8, in single precision: basis[u * 8 + x]. */
const BASIS = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7]
  return Math.fround((u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16))
})
const TRANSPOSED = BASIS.map((_, i) => BASIS[(i & 7) * 8 + (i >> 3)]!)

/*
 * A transform is defined as A · block · Aᵀ with two roundings to single precision: of the product of the rows, and of
 * the result. They move a value by less than 3e-4 (half a unit in the last place of 2040, the largest norm that a
 * quantised block can have, once through a row of A and once more). So the fast transforms below, in double precision,
 * lead to the same whole number unless a value lies nearer than that to the border between two; only there the
 * definition is followed to the letter.
 */
const CERTAIN = 0.5 - 5e-4

/** Value i of the transform as it is defined. @param matrix BASIS, or TRANSPOSED for the inverse */
function defined(block: Float64Array, i: number, matrix: Float64Array): number {
  const [row, column] = [i & ~7, (i & 7) << 3]
  let sum = 0
  for (let x = 0; x < 8; x++) {
    let across = 0
    for (let t = 0; t < 8; t++) across += matrix[column + t]! * block[x * 8 + t]!
    sum += matrix[row + x]! * Math.fround(across)
  }
  return Math.fround(sum)
}

const cosine = (u: number, x: number): number => BASIS[u * 8 + x]!
const C4 = cosine(0, 0)
const [C2, C6] = [cosine(2, 0), cosine(2, 1)]
const [C1, C3, C5, C7] = [cosine(1, 0), cosine(1, 1), cosine(1, 2), cosine(1, 3)]

/** One line of eight, `step` apart, by its even and odd halves (Rao & Yip, Discrete Cosine Transform, 1990, 4.2). */
function forward(v: Float64Array, at: number, step: number): void {
  const p1 = at + step
  const p2 = p1 + step
  const p3 = p2 + step
  const p4 = p3 + step
  const p5 = p4 + step
  const p6 = p5 + step
  const p7 = p6 + step
  const s0 = v[at]! + v[p7]!
  const s1 = v[p1]! + v[p6]!
  const s2 = v[p2]! + v[p5]!
  const s3 = v[p3]! + v[p4]!
  const d0 = v[at]! - v[p7]!
  const d1 = v[p1]! - v[p6]!
  const d2 = v[p2]! - v[p5]!
  const d3 = v[p3]! - v[p4]!
  v[at] = C4 * (s0 + s3 + (s1 + s2))
  v[p4] = C4 * (s0 + s3 - (s1 + s2))
  v[p2] = C2 * (s0 - s3) + C6 * (s1 - s2)
  v[p6] = C6 * (s0 - s3) - C2 * (s1 - s2)
  v[p1] = C1 * d0 + C3 * d1 + C5 * d2 + C7 * d3
  v[p3] = C3 * d0 - C7 * d1 - C1 * d2 - C5 * d3
  v[p5] = C5 * d0 - C1 * d1 + C7 * d2 + C3 * d3
  v[p7] = C7 * d0 - C5 * d1 + C3 * d2 - C1 * d3
}

/** The same line back. */
function inverse(v: Float64Array, at: number, step: number): void {
  const p1 = at + step
  const p2 = p1 + step
  const p3 = p2 + step
  const p4 = p3 + step
  const p5 = p4 + step
  const p6 = p5 + step
  const p7 = p6 + step
  const f1 = v[p1]!
  const f3 = v[p3]!
  const f5 = v[p5]!
  const f7 = v[p7]!
  if (f1 === 0 && v[p2] === 0 && f3 === 0 && v[p4] === 0 && f5 === 0 && v[p6] === 0 && f7 === 0) {
    v[at] = v[p1] = v[p2] = v[p3] = v[p4] = v[p5] = v[p6] = v[p7] = C4 * v[at]!
    return
  }
  const a = C4 * (v[at]! + v[p4]!)
  const b = C4 * (v[at]! - v[p4]!)
  const c = C2 * v[p2]! + C6 * v[p6]!
  const d = C6 * v[p2]! - C2 * v[p6]!
  const o0 = C1 * f1 + C3 * f3 + C5 * f5 + C7 * f7
  const o1 = C3 * f1 - C7 * f3 - C1 * f5 - C5 * f7
  const o2 = C5 * f1 - C1 * f3 + C7 * f5 + C3 * f7
  const o3 = C7 * f1 - C5 * f3 + C3 * f5 - C1 * f7
  v[at] = a + c + o0
  v[p7] = a + c - o0
  v[p1] = b + d + o1
  v[p6] = b + d - o1
  v[p2] = b - d + o2
  v[p5] = b - d - o2
  v[p3] = a - c + o3
  v[p4] = a - c - o3
}

const clamped = (value: number): number => (value > 255 ? 255 : value > 0 ? value : 0)

/** The block at hand, its quantised transform, and what is being transformed. */
const given = new Float64Array(64)
const levels = new Float64Array(64)
const work = new Float64Array(64)

/**
 * Takes a plane of whole numbers 0..255 through the transform, a division by `steps` (64, row by row) rounded to whole
 * numbers, and back, in place; edges are repeated to whole blocks.
 */
export function quantisePlane(values: Float32Array, width: number, height: number, steps: Int32Array): void {
  const reciprocals = Float64Array.from(steps, (step) => 1 / step)
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      const [bottom, right] = [Math.min(8, height - top), Math.min(8, width - left)]
      for (let y = 0, i = 0; y < 8; y++)
        for (let x = 0, line = (top + Math.min(y, bottom - 1)) * width + left; x < 8; x++, i++)
          work[i] = given[i] = values[line + (x < right ? x : right - 1)]! - 128
      for (let line = 0; line < 64; line += 8) forward(work, line, 1)
      for (let column = 0; column < 8; column++) forward(work, column, 8)
      for (let i = 0; i < 64; i++) {
        const level = work[i]! * reciprocals[i]!
        const whole = nearest(level)
        const near = Math.abs(level - whole) < CERTAIN
        work[i] = levels[i] = (near ? whole : Math.round(defined(given, i, BASIS) / steps[i]!)) * steps[i]!
      }
      for (let column = 0; column < 8; column++) inverse(work, column, 8)
      for (let line = 0; line < 64; line += 8) inverse(work, line, 1)
      for (let y = 0; y < bottom; y++)
        for (let x = 0, to = (top + y) * width + left; x < right; x++, to++) {
          const value = work[y * 8 + x]! + 128
          const whole = nearest(value)
          const near = Math.abs(value - whole) < CERTAIN
          values[to] = clamped(near ? whole : Math.round(defined(levels, y * 8 + x, TRANSPOSED) + 128))
        }
    }
}
