// Draws a picture through an affine map by bilinear sampling: the step between a photograph and an aligned face.
import type { Image8 } from './pixels.ts'
import { invert, type Affine } from './similarity.ts'

/** One sample whose neighbours may lie outside the picture, where everything is 0. */
function atBorder(image: Image8, u: number, v: number, out: Uint8Array, at: number): void {
  const { width, height, data } = image
  const i = Math.floor(u)
  const j = Math.floor(v)
  const fx = u - i
  const fy = v - j
  const w11 = fx * fy
  const weights = [1 - fx - (fy - w11), fx - w11, fy - w11, w11]
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0.5
    for (let tap = 0; tap < 4; tap++) {
      const x = i + (tap & 1)
      const y = j + (tap >> 1)
      if (x >= 0 && y >= 0 && x < width && y < height) sum += weights[tap]! * data[(y * width + x) * 3 + channel]!
    }
    out[at + channel] = sum
  }
}

/**
 * Warps to a size x size square. `matrix` takes source pixel indices (first centre at 0) to output pixel indices; each
 * output pixel is the bilinear mean of the four source pixels around its inverse image, pixels outside the source
 * counting as 0, rounded half up to 8 bits. Touches only the source pixels it needs. No antialiasing: see alignFace.
 * Source: methods of insightface's face_align.norm_crop (warp by the inverse map, bilinear, border 0).
 */
export function warp(image: Image8, matrix: Affine, size: number): Image8 {
  const { width, height, data } = image
  const [a, b, c, d, e, f] = invert(matrix)
  const out = new Uint8Array(size * size * 3)
  const line = width * 3
  const lastX = width - 1
  const lastY = height - 1
  for (let y = 0, at = 0; y < size; y++) {
    const u0 = b * y + c
    const v0 = e * y + f
    for (let x = 0; x < size; x++, at += 3) {
      const u = a * x + u0
      const v = d * x + v0
      if (u >= 0 && v >= 0 && u < lastX && v < lastY) {
        const i = u | 0
        const j = v | 0
        const fx = u - i
        const fy = v - j
        const w11 = fx * fy
        const w10 = fy - w11
        const w01 = fx - w11
        const w00 = 1 - fx - w10
        const p = j * line + i * 3
        const q = p + line
        out[at] = 0.5 + w00 * data[p]! + w01 * data[p + 3]! + w10 * data[q]! + w11 * data[q + 3]!
        out[at + 1] = 0.5 + w00 * data[p + 1]! + w01 * data[p + 4]! + w10 * data[q + 1]! + w11 * data[q + 4]!
        out[at + 2] = 0.5 + w00 * data[p + 2]! + w01 * data[p + 5]! + w10 * data[q + 2]! + w11 * data[q + 5]!
      } else if (u > -1 && v > -1 && u < width && v < height) atBorder(image, u, v, out, at)
    }
  }
  return { width: size, height: size, data: out }
}
