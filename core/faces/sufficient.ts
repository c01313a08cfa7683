// When a face cannot bear a template, and the sentence that says so.
import type { Box, FivePoints } from '../contract/common.ts'
import { crop, type Image8 } from '../images/pixels.ts'
import { clip, interEye, isFinitePoint } from './geometry.ts'

/** Faces lower than this have no template: nothing has been measured there. */
export const MIN_FACE_PX = 7
/** Less of the box than this inside the image is no face. */
const MIN_INSIDE = 0.25
/** The five points must spread over at least this share of the box's diagonal. */
const MIN_SPREAD = 0.05

const px = (value: number): string => value.toFixed(1).replace(/\.0$/, '')

/**
 * Why box and points cannot bear a template, or null.
 * @param box height counts as the face's height, in the image's own pixels
 */
export function whyInsufficient(image: Image8, box: Box, points: FivePoints): string | null {
  if (box.height < MIN_FACE_PX)
    return `The face is ${px(box.height)} px high; below ${MIN_FACE_PX} px no template is made.`
  const inside = clip(box, image.width, image.height)
  if (inside === null) return 'The box lies outside the image.'
  if (inside.width * inside.height < MIN_INSIDE * box.width * box.height)
    return 'Most of the box lies outside the image.'
  if (!points.every(isFinitePoint)) return 'The five points are not numbers.'
  const centre = { x: points.reduce((sum, p) => sum + p.x / 5, 0), y: points.reduce((sum, p) => sum + p.y / 5, 0) }
  if (centre.x < 0 || centre.y < 0 || centre.x > image.width || centre.y > image.height)
    return 'The five points lie outside the image.'
  const spread = Math.sqrt(points.reduce((sum, p) => sum + ((p.x - centre.x) ** 2 + (p.y - centre.y) ** 2) / 5, 0))
  if (spread < MIN_SPREAD * Math.hypot(box.width, box.height) || interEye(points) < 1e-3)
    return 'The five points lie too close together: place the eyes, the nose and the mouth corners apart.'
  if (flat(crop(image, inside))) return 'The box has no content: all its pixels are nearly the same.'
  return null
}

/** Grey levels between the 5th and the 95th percentile below which a face has no content. */
const MIN_RANGE = 4

/** Is a picture one even area? Judged on luma (BT.601) between its 5th and 95th percentile. */
export function flat(image: Image8): boolean {
  const counts = new Uint32Array(256)
  for (let i = 0; i < image.data.length; i += 3)
    counts[Math.round(0.299 * image.data[i]! + 0.587 * image.data[i + 1]! + 0.114 * image.data[i + 2]!)]!++
  const total = image.data.length / 3
  const percentile = (share: number): number => {
    let sum = 0
    return counts.findIndex((count) => (sum += count) >= share * total)
  }
  return percentile(0.95) - percentile(0.05) < MIN_RANGE
}
