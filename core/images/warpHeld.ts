// Moves a picture within its own frame by bilinear sampling; what lies outside is the picture's edge, held.
import type { Image8 } from './pixels.ts'
import type { Affine } from './similarity.ts'

/** @param back takes pixel indices of the result to pixel indices of the picture @returns a picture of the same size */
export function warpHeld({ width, height, data }: Image8, [a, b, c, d, e, f]: Affine): Image8 {
  const out = new Uint8Array(data.length)
  const within = (value: number, most: number): number => Math.min(most, Math.max(0, value))
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const u = within(a * x + b * y + c, width - 1)
      const v = within(d * x + e * y + f, height - 1)
      const [i, j] = [Math.min(width - 2, Math.floor(u)), Math.min(height - 2, Math.floor(v))]
      const [s, t] = [u - i, v - j]
      const corner = (j * width + i) * 3
      const below = corner + width * 3
      for (let k = 0; k < 3; k++, at++) {
        const top = data[corner + k]! * (1 - s) + data[corner + 3 + k]! * s
        const bottom = data[below + k]! * (1 - s) + data[below + 3 + k]! * s
        out[at] = Math.round(top * (1 - t) + bottom * t)
      }
    }
  return { width, height, data: out }
}
