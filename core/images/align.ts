// From a photograph and five points to the square a recogniser sees.
import type { FivePoints } from '../contract/common.ts'
import type { PixelContract } from '../contract/models.ts'
import type { Image8 } from './pixels.ts'
import { resize } from './resample.ts'
import { scaleOf, similarity, type Affine } from './similarity.ts'
import { warpAveraged } from './supersample.ts'
import { templatePoints } from './templates.ts'
import { warp } from './warp.ts'
import { warpBicubic } from './warpBicubic.ts'

export { similarity, invert, type Affine } from './similarity.ts'
export { templatePoints } from './templates.ts'
export { toInput } from './toInput.ts'
export { warp } from './warp.ts'

/** From this scale (output pixels per source pixel) on, one bilinear sample per output pixel is enough. */
export const PLAIN_FROM_SCALE = 0.75
/** Side that faces are packed at for training, and so that networks of smaller input see them shrunk from. */
const SHRUNK_FROM = 112
/** Samples per output pixel and axis; reached by faces that would fill 4,700 px for an output of 112 px. */
const MOST_SAMPLES = 32

/**
 * The map from pixel indices of the oriented original to pixel indices of the aligned square.
 * Points come with pixel centres at +0.5 (contract), templates with the first centre at 0: half a pixel is taken off
 * here, which a face of 8 px enlarged to 112 shows as 7 px.
 */
export function alignment(points: FivePoints, pixels: Pick<PixelContract, 'alignment' | 'size'>): Affine {
  const indices = points.map(({ x, y }) => ({ x: x - 0.5, y: y - 0.5 })) as unknown as FivePoints
  return similarity(indices, templatePoints(pixels.alignment, pixels.size))
}

/**
 * Native side of a face: the side, in source pixels, of the square that becomes the aligned input; rounded, at least 4.
 * @param points in pixels of the image, centres at +0.5 (contract)
 * @throws UserFacingError 'insufficient' where the points span nothing
 */
export function nativeSide(points: FivePoints, pixels: Pick<PixelContract, 'alignment' | 'size'>): number {
  return Math.max(4, Math.round(pixels.size / scaleOf(alignment(points, pixels))))
}

/**
 * The aligned face: similarity from the five points to the template, then a warp with border 0 that reads the
 * original's own pixels. 'vestige-bilinear-warp-1' (default): one bilinear sample per output pixel at scales >= 0.75;
 * below, the mean of n x n samples no further apart than 4/3 source pixels, so that large faces do not alias.
 * 'vestige-bicubic-warp-1': the same, but one bicubic sample where the face is enlarged (scales > 1).
 * 'vestige-bicubic-shrink-1': the same, but a face that would be shrunk to less than 112 px is aligned at 112 px and
 * resized by Pillow's bicubic with antialiasing.
 *
 * @param points in pixels of the image, centres at +0.5 (contract)
 * @returns pixels.size x pixels.size
 * @throws UserFacingError 'insufficient' where the points span nothing
 */
export function alignFace(
  image: Image8,
  points: FivePoints,
  pixels: Pick<PixelContract, 'alignment' | 'size'> & Partial<Pick<PixelContract, 'resampler'>>,
): Image8 {
  const matrix = alignment(points, pixels)
  const scale = scaleOf(matrix)
  const { size, resampler } = pixels
  if (resampler === 'vestige-bicubic-shrink-1' && scale < 1 && size < SHRUNK_FROM)
    return resize(alignFace(image, points, { ...pixels, size: SHRUNK_FROM }), size, size, 'bicubic')
  if (resampler !== undefined && resampler !== 'vestige-bilinear-warp-1' && scale > 1)
    return warpBicubic(image, matrix, size)
  if (scale >= PLAIN_FROM_SCALE) return warp(image, matrix, pixels.size)
  return warpAveraged(image, matrix, pixels.size, Math.min(MOST_SAMPLES, Math.ceil(PLAIN_FROM_SCALE / scale)))
}
