// Draws a picture through an affine map by bilinear sampling: the step between a photograph and an aligned face.
import type { Image8 } from './pixels.ts'
import { invert, type Affine } from './similarity.ts'

/**
 * Warps to a size x size square. `matrix` takes source pixel indices (first centre at 0) to output pixel indices; each
 * output pixel is the bilinear mean of the four source pixels around its inverse image, pixels outside the source
 * counting as 0, rounded half up to 8 bits. Touches only the source pixels it needs. No antialiasing: see alignFace.
 */
export function warp(image: Image8, matrix: Affine, size: number): Image8 {
  const { width, height, data } = image
  const [a, b, c, d, e, f] = invert(matrix)
  const out = new Uint8Array(size * size * 3)
  const line = width * 3
  for (let y = 0, at = 0; y < size; y++) {
    const x0 = b * y + c
    const y0 = e * y + f
    for (let x = 0; x < size; x++, at += 3) {
      const u = a * x + x0
      const v = d * x + y0
      const i = Math.floor(u)
      const j = Math.floor(v)
      if (!(i >= -1 && j >= -1 && i < width && j < height)) continue
      const fx = u - i
      const fy = v - j
      // Taps outside the source get weight 0 and a harmless address.
      const left = i < 0 ? 0 : 1 - fx
      const right = i + 1 < width ? fx : 0
      const top = j < 0 ? 0 : 1 - fy
      const bottom = j + 1 < height ? fy : 0
      const p = (j < 0 ? 0 : j) * line + (i < 0 ? 0 : i) * 3
      const nextX = i >= 0 && i + 1 < width ? 3 : 0
      const nextY = j >= 0 && j + 1 < height ? line : 0
      const w00 = left * top
      const w01 = right * top
      const w10 = left * bottom
      const w11 = right * bottom
      const q = p + nextX
      const r = p + nextY
      const s = r + nextX
      out[at] = w00 * data[p]! + w01 * data[q]! + w10 * data[r]! + w11 * data[s]! + 0.5
      out[at + 1] = w00 * data[p + 1]! + w01 * data[q + 1]! + w10 * data[r + 1]! + w11 * data[s + 1]! + 0.5
      out[at + 2] = w00 * data[p + 2]! + w01 * data[q + 2]! + w10 * data[r + 2]! + w11 * data[s + 2]! + 0.5
    }
  }
  return { width: size, height: size, data: out }
}
