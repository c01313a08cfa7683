// Pixels for the screen: whole, a region at a whole-number scale, a region to fit, or what the recogniser sees.
import type { Box, FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import { alignFace } from '../images/align.ts'
import { crop, insideOf, toRgba, wholeRegion, type Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import type { LoadedModel, View, Viewed } from './protocol.ts'

/** Longest side of anything shown: what the contract's Rgba can carry, halved for the memory of a browser. */
const MAX_SIDE = 8192
type Package = Pick<LoadedModel, 'card' | 'hash'>

/**
 * @param model package of the open recogniser; needed for 'aligned' alone
 * @throws UserFacingError 'invalid-input' for a region outside the image, 'unavailable' where no recogniser is open
 */
export function view(image: Image8, wanted: View, model: Package | null): Viewed {
  if (wanted.kind === 'aligned') return aligned(image, wanted.points, model)
  if (wanted.kind === 'square') return square(image, wanted.points, wanted.size)
  const all = { x: 0, y: 0, width: image.width, height: image.height }
  const region = wanted.kind === 'whole' ? all : visible(image, wanted.region)
  const pixels = wanted.kind === 'whole' ? image : crop(image, region)
  if (wanted.kind !== 'region') return { ...reduced(pixels, wanted.maxSide), region }
  const scale = Math.max(1, Math.min(wanted.scale, Math.floor(MAX_SIDE / Math.max(region.width, region.height))))
  const shown = scale === 1 ? pixels : resize(pixels, region.width * scale, region.height * scale, 'bicubic')
  return { ...toRgba(shown), region, scale }
}

/** The whole-pixel part of a region that lies in the image, at most MAX_SIDE on a side (its middle). */
function visible(image: Image8, wanted: Box): Box {
  const region = insideOf(image, wholeRegion(wanted))
  if (!region) throw new UserFacingError('invalid-input', 'This box lies outside the image: move it onto the image.')
  const middle = (from: number, length: number): [number, number] =>
    length <= MAX_SIDE ? [from, length] : [from + Math.floor((length - MAX_SIDE) / 2), MAX_SIDE]
  const [x, width] = middle(region.x, region.width)
  const [y, height] = middle(region.y, region.height)
  return { x, y, width, height }
}

function reduced(image: Image8, maxSide: number): Omit<Viewed, 'region'> {
  const scale = Math.min(1, maxSide / Math.max(image.width, image.height))
  if (scale === 1) return { ...toRgba(image), scale }
  const side = (length: number): number => Math.max(1, Math.round(length * scale))
  return { ...toRgba(resize(image, side(image.width), side(image.height), 'bilinear')), scale }
}

function square(image: Image8, points: FivePoints, size: number): Viewed {
  const pixels = { alignment: 'arcface-112', size, resampler: 'vestige-bicubic-warp-1' } as const
  return { ...toRgba(alignFace(image, points, pixels)), region: boundsOf(points), scale: 1 }
}

function aligned(image: Image8, points: FivePoints, model: Package | null): Viewed {
  if (!model?.card.pixels)
    throw new UserFacingError('unavailable', 'No recogniser is in use: activate a model package to see its input.')
  const face = alignFace(image, points, model.card.pixels)
  return {
    ...toRgba(face),
    region: boundsOf(points),
    scale: 1,
    model: { name: model.card.name, sha256: model.hash },
  }
}

function boundsOf(points: FivePoints): Box {
  const xs = points.map((p) => p.x)
  const ys = points.map((p) => p.y)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(1, Math.max(...xs) - x), height: Math.max(1, Math.max(...ys) - y) }
}
