// Marks a made-up face for people and for programs: words burned in, and a lattice of faint waves over all of it.
import type { Image8 } from '../pixels.ts'
import { resize } from '../resample.ts'
import { withBands } from './bands.ts'
import { CHROMA_WAVES, LUMA_WAVES, MARKED_SIDE, TILE, tileOf } from './lattice.ts'

/** Root mean square of the waves in 8-bit steps: in luma, and in Cb and Cr alike. */
const LUMA_STRENGTH = 4
const CHROMA_STRENGTH = 3

let tiles: { readonly luma: Float32Array; readonly chroma: Float32Array } | undefined

/** Adds the lattice, its tile beginning at the picture's corner. */
function withLattice({ width, height, data }: Image8): Image8 {
  tiles ??= { luma: tileOf(LUMA_WAVES), chroma: tileOf(CHROMA_WAVES) }
  const out = new Uint8ClampedArray(data.length)
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++, p += 3) {
      const at = (y % TILE) * TILE + (x % TILE)
      const light = LUMA_STRENGTH * tiles.luma[at]!
      const colour = CHROMA_STRENGTH * tiles.chroma[at]!
      out[p] = data[p]! + light + 1.402 * colour
      out[p + 1] = data[p + 1]! + light - 1.058272 * colour
      out[p + 2] = data[p + 2]! + light + 1.772 * colour
    }
  return { width, height, data: new Uint8Array(out.buffer) }
}

/**
 * The picture as it may leave the program: 448 x 448 px (enlarged bicubically), with a band of words at its top and
 * bottom, and with the lattice that `syntheticMark` finds again.
 */
export const markSynthetic = (image: Image8): Image8 =>
  withLattice(withBands(resize(image, MARKED_SIDE, MARKED_SIDE, 'bicubic')))
