// The resampler's filter weights: a model's pixel contract depends on them, so they follow Pillow to the last bit.

export type Kernel = 'bicubic' | 'bilinear'

/** Taps of every output pixel of one axis. Row o reads inputs start[o] .. start[o] + count[o] - 1. */
export interface ResizeWeights {
  readonly from: number
  readonly to: number
  /** Space kept per row in `weights`; rows with fewer taps are filled up with 0. */
  readonly stride: number
  readonly start: Int32Array
  readonly count: Int32Array
  /** `to` rows of `stride` weights; each row sums to 1. */
  readonly weights: Float64Array
  /** The same in units of 2^-22, rounded as Pillow rounds them for its 8-bit path. */
  readonly fixed: Int32Array
}

/** Pillow keeps 32 - 8 - 2 bits behind the point: 8 for the pixel, 2 for the overshoot of the bicubic kernel. */
export const PRECISION_BITS = 22

const support: Record<Kernel, number> = { bicubic: 2, bilinear: 1 }

function bicubic(t: number): number {
  const x = Math.abs(t)
  const a = -0.5
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a
  return 0
}

function bilinear(t: number): number {
  const x = Math.abs(t)
  return x < 1 ? 1 - x : 0
}

function compute(from: number, to: number, kernel: Kernel, antialias: boolean): ResizeWeights {
  const scale = from / to
  const filterScale = antialias ? Math.max(scale, 1) : 1
  const reach = support[kernel] * filterScale
  const stride = Math.ceil(reach) * 2 + 1
  const filter = kernel === 'bicubic' ? bicubic : bilinear
  const start = new Int32Array(to)
  const count = new Int32Array(to)
  const weights = new Float64Array(to * stride)
  const fixed = new Int32Array(to * stride)
  const step = 1 / filterScale
  for (let o = 0; o < to; o++) {
    const centre = (o + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - reach + 0.5))
    const taps = Math.min(from, Math.trunc(centre + reach + 0.5)) - first
    const row = o * stride
    let sum = 0
    for (let i = 0; i < taps; i++) {
      const weight = filter((i + first - centre + 0.5) * step)
      weights[row + i] = weight
      sum += weight
    }
    for (let i = 0; i < taps; i++) {
      const weight = sum === 0 ? weights[row + i]! : weights[row + i]! / sum
      weights[row + i] = weight
      fixed[row + i] = Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << PRECISION_BITS))
    }
    start[o] = first
    count[o] = taps
  }
  return { from, to, stride, start, count, weights, fixed }
}

/** Least recently used tables first; bounded in numbers, not in entries, because one table of a 100-megapixel axis is large. */
const cache = new Map<string, ResizeWeights>()
const CACHE_LIMIT = 2_000_000
let cached = 0

/**
 * Weights that take an axis of `from` pixels to one of `to` pixels (both whole numbers >= 1).
 *
 * Kernels: Keys' cubic with a = -0.5 (support 2) and the triangle (support 1), both widened by from/to when shrinking
 * with `antialias`. Source: Pillow 12, libImaging/Resample.c, precompute_coeffs. Tables are cached and must not be
 * written to.
 */
export function resizeWeights(from: number, to: number, kernel: Kernel, antialias = true): ResizeWeights {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || to < 1)
    throw new RangeError(`resizeWeights: sizes must be whole numbers >= 1, got ${from} and ${to}`)
  const key = `${from} ${to} ${kernel} ${antialias}`
  const known = cache.get(key)
  if (known !== undefined) {
    cache.delete(key)
    cache.set(key, known)
    return known
  }
  const table = compute(from, to, kernel, antialias)
  cache.set(key, table)
  cached += table.weights.length
  for (const [oldest, old] of cache) {
    if (cached <= CACHE_LIMIT || oldest === key) break
    cache.delete(oldest)
    cached -= old.weights.length
  }
  return table
}

/** The same weights as a dense `to` x `from` matrix W, row by row: a resize is Y = W_h X W_w^T, as networks need it. */
export function weightMatrix(from: number, to: number, kernel: Kernel, antialias = true): Float32Array {
  const table = resizeWeights(from, to, kernel, antialias)
  const matrix = new Float32Array(to * from)
  for (let o = 0; o < to; o++)
    for (let i = 0; i < table.count[o]!; i++)
      matrix[o * from + table.start[o]! + i] = table.weights[o * table.stride + i]!
  return matrix
}
