// The part of an image that is shown around a face.
import type { Box } from '../contract/common.ts'

/** A box grown on every side. @param margin share of the box's own width and height */
export const grown = ({ x, y, width, height }: Box, margin: number): Box => ({
  x: x - margin * width,
  y: y - margin * height,
  width: width * (1 + 2 * margin),
  height: height * (1 + 2 * margin),
})

/** Area shared by two boxes over the area they cover together, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}
