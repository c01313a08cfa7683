// What JPEG compression does to pixels: the lossy steps of ITU-T T.81 in memory, without the lossless coding.
import { quantisePlane } from './dct.ts'
import type { Image8 } from './pixels.ts'
import { nearest } from './scratch.ts'

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

/**
 * The picture as a decoder would show it after compression at `quality` (1..100) with 4:2:0 chroma: JFIF colour
 * conversion, chroma averaged over 2 x 2 and repeated, DCT, quantisation. Deterministic on every machine.
 */
export function jpegRoundTrip(image: Image8, quality: number): Image8 {
  const { width, height } = image
  const [cw, ch] = [(width + 1) >> 1, (height + 1) >> 1]
  const luma = lumaPlane(image)
  const [blue, red] = chromaPlanes(image, cw, ch)
  quantisePlane(luma, width, height, luminanceQuantiser(quality))
  const chroma = chrominanceQuantiser(quality)
  quantisePlane(blue, cw, ch, chroma)
  quantisePlane(red, cw, ch, chroma)
  const out = new Uint8ClampedArray(width * height * 3)
  for (let y = 0, i = 0, at = 0; y < height; y++) {
    const line = (y >> 1) * cw
    for (let x = 0; x < width; x++, i++, at += 3) {
      const c = line + (x >> 1)
      const l = luma[i]!
      const b = blue[c]! - 128
      const r = red[c]! - 128
      out[at] = l + 1.402 * r
      out[at + 1] = l - 0.344136286 * b - 0.714136286 * r
      out[at + 2] = l + 1.772 * b
    }
  }
  return { width, height, data: new Uint8Array(out.buffer) }
}

/** Math.round, at a fraction of its time where the number does not lie half-way. */
function rounded(value: number): number {
  const whole = nearest(value)
  return Math.abs(value - whole) < 0.49 ? whole : Math.round(value)
}

function lumaPlane({ data }: Image8): Float32Array {
  const out = new Float32Array(data.length / 3)
  for (let i = 0, from = 0; i < out.length; i++, from += 3)
    out[i] = rounded(0.299 * data[from]! + 0.587 * data[from + 1]! + 0.114 * data[from + 2]!)
  return out
}

/** Cb and Cr of half the size: sums in single precision, row by row, over the one, two or four pixels of a cell. */
function chromaPlanes({ width, height, data }: Image8, cw: number, ch: number): [Float32Array, Float32Array] {
  const blue = new Float32Array(cw * ch)
  const red = new Float32Array(cw * ch)
  for (let y = 0, from = 0; y < height; y++) {
    const line = (y >> 1) * cw
    for (let x = 0; x < width; x++, from += 3) {
      const r = data[from]!
      const g = data[from + 1]!
      const b = data[from + 2]!
      const c = line + (x >> 1)
      blue[c] = blue[c]! + (128 - 0.168735892 * r - 0.331264108 * g + 0.5 * b)
      red[c] = red[c]! + (128 + 0.5 * r - 0.418687589 * g - 0.081312411 * b)
    }
  }
  for (let y = 0, c = 0; y < ch; y++)
    for (let x = 0; x < cw; x++, c++) {
      const count = (2 * x + 1 < width ? 2 : 1) * (2 * y + 1 < height ? 2 : 1)
      blue[c] = rounded(blue[c]! / count)
      red[c] = rounded(red[c]! / count)
    }
  return [blue, red]
}
