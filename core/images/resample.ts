// Shrinks and enlarges pictures exactly as Pillow does, because networks are trained and measured on such copies.
import { fourTaps, horizontalFour, verticalFour } from './fourTaps.ts'
import type { Image8 } from './pixels.ts'
import { PRECISION_BITS, resizeWeights, type Kernel, type ResizeWeights } from './weights.ts'

export { resizeWeights, weightMatrix, type Kernel, type ResizeWeights } from './weights.ts'

const HALF = 1 << (PRECISION_BITS - 1)

/** Uint8ClampedArray does the clamping; Math.imul keeps V8 in 32-bit integers (twice as fast as `*` here). */
function horizontal(data: Uint8Array, width: number, height: number, table: ResizeWeights): Uint8Array {
  const four = fourTaps(table)
  if (four !== null) return horizontalFour(data, width, height, four)
  const { to, stride, start, count, fixed } = table
  const out = new Uint8ClampedArray(to * height * 3)
  for (let y = 0, at = 0; y < height; y++) {
    const line = y * width * 3
    for (let x = 0; x < to; x++, at += 3) {
      let r = HALF
      let g = HALF
      let b = HALF
      const end = x * stride + count[x]!
      for (let k = x * stride, p = line + start[x]! * 3; k < end; k++, p += 3) {
        const weight = fixed[k]!
        r = (r + Math.imul(data[p]!, weight)) | 0
        g = (g + Math.imul(data[p + 1]!, weight)) | 0
        b = (b + Math.imul(data[p + 2]!, weight)) | 0
      }
      out[at] = r >> PRECISION_BITS
      out[at + 1] = g >> PRECISION_BITS
      out[at + 2] = b >> PRECISION_BITS
    }
  }
  return new Uint8Array(out.buffer)
}

function vertical(data: Uint8Array, width: number, table: ResizeWeights): Uint8Array {
  const four = fourTaps(table)
  if (four !== null) return verticalFour(data, width, four)
  const { to, stride, start, count, fixed } = table
  const line = width * 3
  const out = new Uint8ClampedArray(line * to)
  for (let y = 0, at = 0; y < to; y++) {
    const first = start[y]! * line
    const end = y * stride + count[y]!
    for (let x = 0; x < line; x += 3, at += 3) {
      let r = HALF
      let g = HALF
      let b = HALF
      for (let k = y * stride, p = first + x; k < end; k++, p += line) {
        const weight = fixed[k]!
        r = (r + Math.imul(data[p]!, weight)) | 0
        g = (g + Math.imul(data[p + 1]!, weight)) | 0
        b = (b + Math.imul(data[p + 2]!, weight)) | 0
      }
      out[at] = r >> PRECISION_BITS
      out[at + 1] = g >> PRECISION_BITS
      out[at + 2] = b >> PRECISION_BITS
    }
  }
  return new Uint8Array(out.buffer)
}

/**
 * Resizes to width x height (whole numbers >= 1), bit for bit as Pillow's Image.resize does for mode RGB: horizontal
 * pass first, 22-bit fixed-point weights, rounded and clamped to 8 bits after each pass. An axis that keeps its length
 * is not touched; a picture more than 100 times as high as wide is shrunk vertically first.
 * Source: Pillow 12.3, libImaging/Resample.c (ImagingResampleHorizontal_8bpc, Vertical_8bpc) and Image.resize.
 */
export function resize(image: Image8, width: number, height: number, kernel: Kernel): Image8 {
  const across = ({ width: from, height: lines, data }: Image8): Image8 =>
    from === width
      ? { width, height: lines, data }
      : { width, height: lines, data: horizontal(data, from, lines, resizeWeights(from, width, kernel)) }
  const down = ({ width: line, height: from, data }: Image8): Image8 =>
    from === height
      ? { width: line, height, data }
      : { width: line, height, data: vertical(data, line, resizeWeights(from, height, kernel)) }
  const verticalFirst = image.height > image.width * 100 && height < image.height
  const out = verticalFirst ? across(down(image)) : down(across(image))
  return out.data === image.data ? { ...out, data: image.data.slice() } : out
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
