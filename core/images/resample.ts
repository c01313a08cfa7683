// Shrinks and enlarges pictures exactly as Pillow does, because networks are trained and measured on such copies.
import type { Image8 } from './pixels.ts'
import { PRECISION_BITS, resizeWeights, type Kernel, type ResizeWeights } from './weights.ts'

export { resizeWeights, weightMatrix, type Kernel, type ResizeWeights } from './weights.ts'

const HALF = 1 << (PRECISION_BITS - 1)
const clip = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value)

function horizontal(data: Uint8Array, width: number, height: number, table: ResizeWeights): Uint8Array {
  const { to, stride, start, count, fixed } = table
  const out = new Uint8Array(to * height * 3)
  for (let y = 0, at = 0; y < height; y++) {
    const line = y * width * 3
    for (let x = 0; x < to; x++, at += 3) {
      let r = HALF
      let g = HALF
      let b = HALF
      let p = line + start[x]! * 3
      const end = x * stride + count[x]!
      for (let k = x * stride; k < end; k++, p += 3) {
        const weight = fixed[k]!
        r = (r + data[p]! * weight) | 0
        g = (g + data[p + 1]! * weight) | 0
        b = (b + data[p + 2]! * weight) | 0
      }
      out[at] = clip(r >> PRECISION_BITS)
      out[at + 1] = clip(g >> PRECISION_BITS)
      out[at + 2] = clip(b >> PRECISION_BITS)
    }
  }
  return out
}

/** Sums whole rows at a time: one tap runs along contiguous memory. */
function vertical(data: Uint8Array, width: number, table: ResizeWeights): Uint8Array {
  const { to, stride, start, count, fixed } = table
  const line = width * 3
  const out = new Uint8Array(line * to)
  const sums = new Int32Array(line)
  for (let y = 0; y < to; y++) {
    sums.fill(HALF)
    for (let k = 0; k < count[y]!; k++) {
      const weight = fixed[y * stride + k]!
      const row = (start[y]! + k) * line
      for (let i = 0; i < line; i++) sums[i] = sums[i]! + data[row + i]! * weight
    }
    const to0 = y * line
    for (let i = 0; i < line; i++) out[to0 + i] = clip(sums[i]! >> PRECISION_BITS)
  }
  return out
}

/**
 * Resizes to width x height (whole numbers >= 1), bit for bit as Pillow's Image.resize does for mode RGB: horizontal
 * pass first, 22-bit fixed-point weights, rounded and clamped to 8 bits after each pass. An axis that keeps its length
 * is not touched. Source: Pillow 12, libImaging/Resample.c, ImagingResampleHorizontal_8bpc and Vertical_8bpc.
 */
export function resize(image: Image8, width: number, height: number, kernel: Kernel): Image8 {
  let data = image.data
  if (width !== image.width)
    data = horizontal(data, image.width, image.height, resizeWeights(image.width, width, kernel))
  if (height !== image.height) data = vertical(data, width, resizeWeights(image.height, height, kernel))
  return { width, height, data: data === image.data ? data.slice() : data }
}

/**
 * The low-resolution copy LR_r: bicubic down to r x r, rounded to 8 bits, bicubic to size x size, rounded again.
 * Source: Ling et al., AAAI-23 workshop (LRFR), whose pipeline runs on Pillow.
 */
export function lowResolutionCopy(image: Image8, r: number, size: number): Image8 {
  return resize(resize(image, r, r, 'bicubic'), size, size, 'bicubic')
}

/** Pixels without the 8-bit grid: row by row, `channels` numbers a pixel, any range. */
export interface ImageFloat {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Float32Array
}

/**
 * The same filters on real numbers, with no rounding and no clamping between or after the passes: Y = W_h X W_w^T.
 * `antialias: false` keeps the kernel at its narrow width when shrinking.
 */
export function resizeFloat(
  image: ImageFloat,
  width: number,
  height: number,
  kernel: Kernel,
  antialias = true,
): ImageFloat {
  const { channels } = image
  const across = resizeWeights(image.width, width, kernel, antialias)
  const down = resizeWeights(image.height, height, kernel, antialias)
  const middle = new Float64Array(width * image.height * channels)
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < width; x++)
      for (let k = 0; k < across.count[x]!; k++) {
        const weight = across.weights[x * across.stride + k]!
        const from = (y * image.width + across.start[x]! + k) * channels
        const to = (y * width + x) * channels
        for (let c = 0; c < channels; c++) middle[to + c] = middle[to + c]! + weight * image.data[from + c]!
      }
  const line = width * channels
  const sums = new Float64Array(line)
  const out = new Float32Array(line * height)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    for (let k = 0; k < down.count[y]!; k++) {
      const weight = down.weights[y * down.stride + k]!
      const row = (down.start[y]! + k) * line
      for (let i = 0; i < line; i++) sums[i] = sums[i]! + weight * middle[row + i]!
    }
    out.set(sums, y * line)
  }
  return { width, height, channels, data: out }
}
