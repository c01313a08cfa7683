// Shrinks while it warps: a face larger than the recogniser's square must be averaged, not skipped through.
import type { Image8 } from './pixels.ts'
import { invert, type Affine } from './similarity.ts'

/** Adds 65536 times the bilinear sample at (u, v), whose neighbours may lie outside the picture (0 there), to `sums`. */
function addAtBorder(image: Image8, u: number, v: number, sums: Float64Array): void {
  const { width, height, data } = image
  const i = Math.floor(u)
  const j = Math.floor(v)
  for (let tap = 0; tap < 4; tap++) {
    const x = i + (tap & 1)
    const y = j + (tap >> 1)
    if (x < 0 || y < 0 || x >= width || y >= height) continue
    const weight = (1 - Math.abs(u - x)) * (1 - Math.abs(v - y)) * 65536
    for (let channel = 0; channel < 3; channel++)
      sums[channel] = sums[channel]! + weight * data[(y * width + x) * 3 + channel]!
  }
}

/**
 * As `warp`, but every output pixel is the mean of n x n bilinear samples spread evenly over its own square: the exact
 * area average as n grows. With samples no further apart than 4/3 source pixels it differs from that average by less
 * than one grey level on photographs (bench/images.ts). Sample positions are kept to 1/256 source pixel, so that the
 * inner loop stays in 32-bit integers.
 *
 * @param n samples per output pixel and axis, 2..32
 */
export function warpAveraged(image: Image8, matrix: Affine, size: number, n: number): Image8 {
  const { width, height, data } = image
  const [a, b, c, d, e, f] = invert(matrix)
  const out = new Uint8Array(size * size * 3)
  const line = width * 3
  const lastX = width - 1
  const lastY = height - 1
  const share = 1 / (n * n * 65536)
  const edge = new Float64Array(3)
  const du = a / n
  const dv = d / n
  for (let y = 0, at = 0; y < size; y++)
    for (let x = 0; x < size; x++, at += 3) {
      let r = 0
      let g = 0
      let bl = 0
      let border = false
      for (let j = 0; j < n; j++) {
        const sy = y + (j + 0.5) / n - 0.5
        const sx = x + 0.5 / n - 0.5
        let u = a * sx + b * sy + c
        let v = d * sx + e * sy + f
        let red = 0
        let green = 0
        let blue = 0
        for (let i = 0; i < n; i++, u += du, v += dv) {
          if (u >= 0 && v >= 0 && u < lastX && v < lastY) {
            const iu = (u * 256) | 0
            const iv = (v * 256) | 0
            const fx = iu & 255
            const fy = iv & 255
            const w11 = Math.imul(fx, fy)
            const w01 = (fx << 8) - w11
            const w10 = (fy << 8) - w11
            const w00 = 65536 - w11 - w01 - w10
            const p = (Math.imul(iv >> 8, line) + Math.imul(iu >> 8, 3)) | 0
            const q = (p + line) | 0
            // Four products of at most 255 * 65536 in all: 32 samples of a row stay inside 31 bits.
            red +=
              Math.imul(w00, data[p]!) +
              Math.imul(w01, data[p + 3]!) +
              Math.imul(w10, data[q]!) +
              Math.imul(w11, data[q + 3]!)
            green +=
              Math.imul(w00, data[p + 1]!) +
              Math.imul(w01, data[p + 4]!) +
              Math.imul(w10, data[q + 1]!) +
              Math.imul(w11, data[q + 4]!)
            blue +=
              Math.imul(w00, data[p + 2]!) +
              Math.imul(w01, data[p + 5]!) +
              Math.imul(w10, data[q + 2]!) +
              Math.imul(w11, data[q + 5]!)
          } else if (u > -1 && v > -1 && u < width && v < height) {
            border = true
            addAtBorder(image, u, v, edge)
          }
        }
        r += red
        g += green
        bl += blue
      }
      if (border) {
        r += edge[0]!
        g += edge[1]!
        bl += edge[2]!
        edge.fill(0)
      }
      out[at] = r * share + 0.5
      out[at + 1] = g * share + 0.5
      out[at + 2] = bl * share + 0.5
    }
  return { width: size, height: size, data: out }
}
