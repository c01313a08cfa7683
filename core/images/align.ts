// From a photograph and five points to the square a recogniser sees, and on to the numbers its first layer reads.
import type { FivePoints } from '../contract/common.ts'
import type { PixelContract } from '../contract/models.ts'
import { crop, insideOf, wholeRegion, type Image8 } from './pixels.ts'
import { resize } from './resample.ts'
import { applyTo, compose, invert, scaleOf, similarity, type Affine } from './similarity.ts'
import { templatePoints } from './templates.ts'
import { warp } from './warp.ts'

export { similarity, invert, type Affine } from './similarity.ts'
export { templatePoints } from './templates.ts'
export { warp } from './warp.ts'

/** Below this scale a plain bilinear warp skips source pixels; a reduced copy is warped instead. */
export const PREFILTER_BELOW = 0.75

/** The map from the oriented original (pixel centres at +0.5) to pixel indices of the aligned square. */
export function alignment(points: FivePoints, pixels: Pick<PixelContract, 'alignment' | 'size'>): Affine {
  const indices = points.map(({ x, y }) => ({ x: x - 0.5, y: y - 0.5 })) as unknown as FivePoints
  return similarity(indices, templatePoints(pixels.alignment, pixels.size))
}

/** The whole-pixel part of the image that an aligned square shows, with room for the filter, or null. */
function shownRegion(image: Image8, matrix: Affine, size: number) {
  const back = invert(matrix)
  const reach = 2 / scaleOf(matrix) + 1
  const corners = [-0.5, size - 0.5].flatMap((x) => [-0.5, size - 0.5].map((y) => applyTo(back, { x, y })))
  const xs = corners.map((p) => p.x + 0.5)
  const ys = corners.map((p) => p.y + 0.5)
  const x = Math.min(...xs) - reach
  const y = Math.min(...ys) - reach
  return insideOf(image, wholeRegion({ x, y, width: Math.max(...xs) + reach - x, height: Math.max(...ys) + reach - y }))
}

/**
 * The aligned face ('vestige-bilinear-warp-1'): similarity from the five points to the template, then a bilinear warp
 * with border 0. Where the face must shrink by more than 1/0.75, the region is first reduced by Pillow's bilinear
 * filter to the output's resolution, so that nothing aliases; otherwise the plain warp reads the original's pixels.
 *
 * @param points in pixels of the image, centres at +0.5 (contract)
 * @returns pixels.size x pixels.size
 * @throws UserFacingError 'insufficient' where the points span nothing
 */
export function alignFace(
  image: Image8,
  points: FivePoints,
  pixels: Pick<PixelContract, 'alignment' | 'size'>,
): Image8 {
  const matrix = alignment(points, pixels)
  const scale = scaleOf(matrix)
  if (scale >= PREFILTER_BELOW) return warp(image, matrix, pixels.size)
  const region = shownRegion(image, matrix, pixels.size)
  if (region === null) return warp(image, matrix, pixels.size)
  const width = Math.max(1, Math.round(region.width * scale))
  const height = Math.max(1, Math.round(region.height * scale))
  const reduced = resize(crop(image, region), width, height, 'bilinear')
  const fx = region.width / width
  const fy = region.height / height
  // Index i of the reduced copy is centred at (i + 0.5) fx in the region.
  const back: Affine = [fx, 0, region.x + 0.5 * fx - 0.5, 0, fy, region.y + 0.5 * fy - 0.5]
  return warp(reduced, compose(matrix, back), pixels.size)
}

/**
 * Network input of one aligned face: (pixel - mean) / scale per channel, in the contract's channel order and layout.
 * @returns size * size * 3 numbers, without the batch dimension
 * @throws RangeError where the image is not size x size
 */
export function toInput(
  aligned: Image8,
  pixels: Pick<PixelContract, 'size' | 'channelOrder' | 'layout' | 'mean' | 'scale'>,
): Float32Array {
  const { size } = pixels
  if (aligned.width !== size || aligned.height !== size)
    throw new RangeError(`toInput: the model reads ${size} x ${size} px, got ${aligned.width} x ${aligned.height}`)
  const plane = size * size
  const out = new Float32Array(plane * 3)
  const stepPixel = pixels.layout === 'NCHW' ? 1 : 3
  for (let channel = 0; channel < 3; channel++) {
    const from = pixels.channelOrder === 'RGB' ? channel : 2 - channel
    const mean = pixels.mean[channel]!
    const scale = pixels.scale[channel]!
    let to = pixels.layout === 'NCHW' ? channel * plane : channel
    for (let p = from; p < aligned.data.length; p += 3, to += stepPixel) out[to] = (aligned.data[p]! - mean) / scale
  }
  return out
}
