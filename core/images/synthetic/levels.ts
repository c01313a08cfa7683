// A picture as luma and green-magenta chroma at halving sizes, for the search of a mark of unknown scale.
import type { Image8 } from '../pixels.ts'

export interface Level {
  /** Pixels of the picture per pixel of this level, along each side. */
  readonly factor: number
  readonly width: number
  readonly height: number
  readonly luma: Float32Array
  /** Mean of Cb and Cr (JPEG's, without their offset). */
  readonly chroma: Float32Array
}

/** Averages squares of `factor` pixels; what is left over at the right and the bottom is left out. */
export function reduced({ width, height, data }: Image8, factor: number): Level {
  const across = Math.max(1, Math.floor(width / factor))
  const down = Math.max(1, Math.floor(height / factor))
  const luma = new Float32Array(across * down)
  const chroma = new Float32Array(across * down)
  const square = { width: 3 * Math.min(factor, width), height: Math.min(factor, height) }
  const share = 3 / (square.width * square.height)
  for (let y = 0, at = 0; y < down; y++)
    for (let x = 0; x < across; x++, at++) {
      let [r, g, b] = [0, 0, 0]
      for (let row = 0; row < square.height; row++) {
        const from = ((y * factor + row) * width + x * factor) * 3
        for (let p = from; p < from + square.width; p += 3) {
          r += data[p]!
          g += data[p + 1]!
          b += data[p + 2]!
        }
      }
      luma[at] = (0.299 * r + 0.587 * g + 0.114 * b) * share
      chroma[at] = (0.165632 * r - 0.374976 * g + 0.209344 * b) * share
    }
  return { factor, width: across, height: down, luma, chroma }
}

/** The level of twice the factor. */
export function halved({ factor, width, height, luma, chroma }: Level): Level {
  const across = width >> 1
  const down = height >> 1
  const shrink = (plane: Float32Array): Float32Array => {
    const out = new Float32Array(across * down)
    for (let y = 0, at = 0; y < down; y++)
      for (let x = 0, p = 2 * y * width; x < across; x++, at++, p += 2)
        out[at] = 0.25 * (plane[p]! + plane[p + 1]! + plane[p + width]! + plane[p + width + 1]!)
    return out
  }
  return { factor: 2 * factor, width: across, height: down, luma: shrink(luma), chroma: shrink(chroma) }
}
