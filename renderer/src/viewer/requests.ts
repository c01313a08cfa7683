// Which pixels to ask for: as much around a face as is useful, never more than a view can take.
import type { Box } from '../../../core/contract/common.ts'
import type { CallArgs } from '../../../core/contract/index.ts'

export type Interpolation = 'nearest' | 'bicubic'
export type Space = 'original' | 'aligned'

/** Room around the face in parts of the box: what fits at first sight, and what can be panned to. */
export const FIRST_MARGIN = 0.35
const WIDEST_MARGIN = 1.5
/** Longest side of a delivered picture in pixels. */
const LONGEST = 2048
/** The resampler enlarges by whole numbers up to this. */
const LARGEST_SCALE = 32

/** Margin to ask for: generous around small faces, so that a box can grow; tight around large ones, so that memory does not. */
export function marginFor(box: Box, scale = 1): number {
  const side = Math.max(box.width, box.height)
  return Math.min(WIDEST_MARGIN, Math.max(FIRST_MARGIN, (LONGEST / scale / side - 1) / 2))
}

/**
 * Enlargement to ask the resampler for at a magnification of `deviceScale` device pixels per native pixel: the same
 * where it is whole and affordable, so that the screen adds nothing; else the largest affordable.
 */
export function bicubicScale(box: Box, deviceScale: number): number {
  const side = Math.max(box.width, box.height) * (1 + 2 * FIRST_MARGIN)
  const affordable = Math.max(1, Math.floor((2 * LONGEST) / side))
  return Math.max(1, Math.min(LARGEST_SCALE, affordable, Math.ceil(deviceScale - 1e-6)))
}

/** Arguments of probes.view for one face. */
export function probeRequest(
  face: { id: number; box: Box },
  space: Space,
  interpolation: Interpolation,
  deviceScale: number,
): Required<CallArgs<'probes.view'>> {
  if (space === 'aligned') return { id: face.id, kind: 'aligned', scale: 1, margin: FIRST_MARGIN }
  if (interpolation === 'nearest') return { id: face.id, kind: 'native', scale: 1, margin: marginFor(face.box) }
  const scale = bicubicScale(face.box, deviceScale)
  return { id: face.id, kind: 'bicubic', scale, margin: marginFor(face.box, scale) }
}

/** Sides to ask evidence.view for, one after the other as the view comes closer. */
const SIDES = [2048, 4096, 8192] as const
/**
 * The maxSide that shows an image of `width` x `height` at `deviceScale` without enlarging pixels that the original has
 * finer; never more than the contract's largest.
 */
export function sideFor(image: { width: number; height: number }, deviceScale: number): number {
  const longest = Math.max(image.width, image.height)
  const wanted = Math.min(1, deviceScale) * longest
  return SIDES.find((side) => side >= wanted || side >= longest) ?? SIDES[SIDES.length - 1]!
}
