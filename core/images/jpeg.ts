// What JPEG compression does to pixels: the lossy steps of ITU-T T.81 in memory, without the lossless coding.
import type { Image8 } from './pixels.ts'

/** Base quantisers of T.81 Annex K, tables K.1 (luminance) and K.2 (chrominance), row by row. */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
]
const CHROMINANCE = Array.from({ length: 64 }, () => 99)
for (const [i, row] of [
  [17, 18, 24, 47],
  [18, 21, 26, 66],
  [24, 26, 56],
  [47, 66],
].entries())
  for (const [j, v] of row.entries()) CHROMINANCE[i * 8 + j] = v

/** Quantiser for a quality of 1..100, scaled as the Independent JPEG Group's program does. 64 steps, 1..255. */
export function quantiser(base: readonly number[], quality: number): Int32Array {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality
  return Int32Array.from(base, (v) => Math.min(255, Math.max(1, Math.floor((v * scale + 50) / 100))))
}
export const luminanceQuantiser = (quality: number): Int32Array => quantiser(LUMINANCE, quality)
export const chrominanceQuantiser = (quality: number): Int32Array => quantiser(CHROMINANCE, quality)

/** Orthonormal DCT-II matrix, 8 x 8: basis[u * 8 + x]. */
const BASIS = Float32Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7]
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
})
const half = new Float32Array(64)

/** out = A · block · Aᵀ, with A the DCT basis, or its transpose for the inverse. */
function transform(block: Float32Array, inverse: boolean): void {
  for (let pass = 0; pass < 2; pass++) {
    const [from, to] = pass === 0 ? [block, half] : [half, block]
    for (let u = 0; u < 8; u++)
      for (let line = 0; line < 8; line++) {
        let sum = 0
        for (let x = 0; x < 8; x++) sum += (inverse ? BASIS[x * 8 + u]! : BASIS[u * 8 + x]!) * from[line * 8 + x]!
        to[u * 8 + line] = sum
      }
  }
}

/** One plane of width x height values around 128 through DCT, quantisation and back; edges are repeated to whole blocks. */
function plane(values: Float32Array, width: number, height: number, steps: Int32Array): void {
  const block = new Float32Array(64)
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++)
        block[i] = values[Math.min(top + (i >> 3), height - 1) * width + Math.min(left + (i & 7), width - 1)]! - 128
      transform(block, false)
      for (let i = 0; i < 64; i++) block[i] = Math.round(block[i]! / steps[i]!) * steps[i]!
      transform(block, true)
      for (let y = top; y < Math.min(top + 8, height); y++)
        for (let x = left; x < Math.min(left + 8, width); x++)
          values[y * width + x] = Math.min(255, Math.max(0, Math.round(block[(y - top) * 8 + x - left]! + 128)))
    }
}

/**
 * The picture as a decoder would show it after compression at `quality` (1..100) with 4:2:0 chroma: JFIF colour
 * conversion, chroma averaged over 2 x 2 and repeated, DCT, quantisation. Deterministic on every machine.
 */
export function jpegRoundTrip(image: Image8, quality: number): Image8 {
  const { width, height, data } = image
  const luma = new Float32Array(width * height)
  const [cw, ch] = [(width + 1) >> 1, (height + 1) >> 1]
  const blue = new Float32Array(cw * ch)
  const red = new Float32Array(cw * ch)
  const count = new Float32Array(cw * ch)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const [r, g, b] = [data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!]
      luma[i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b)
      const c = (y >> 1) * cw + (x >> 1)
      blue[c]! += 128 - 0.168735892 * r - 0.331264108 * g + 0.5 * b
      red[c]! += 128 + 0.5 * r - 0.418687589 * g - 0.081312411 * b
      count[c]!++
    }
  for (let c = 0; c < count.length; c++) {
    blue[c] = Math.round(blue[c]! / count[c]!)
    red[c] = Math.round(red[c]! / count[c]!)
  }
  plane(luma, width, height, luminanceQuantiser(quality))
  const chroma = chrominanceQuantiser(quality)
  plane(blue, cw, ch, chroma)
  plane(red, cw, ch, chroma)
  const out = new Uint8ClampedArray(data.length)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const c = (y >> 1) * cw + (x >> 1)
      const [l, b, r] = [luma[i]!, blue[c]! - 128, red[c]! - 128]
      out[i * 3] = l + 1.402 * r
      out[i * 3 + 1] = l - 0.344136286 * b - 0.714136286 * r
      out[i * 3 + 2] = l + 1.772 * b
    }
  return { width, height, data: new Uint8Array(out.buffer) }
}
