// Where five points most likely lie in a box that was drawn by hand: the start from which the analyst moves them.
import type { Box, FivePoints } from '../../../core/contract/common.ts'

/** Mean place of each point within a face box that reaches from the forehead to the chin: parts of width and height. */
const MEAN: readonly (readonly [number, number])[] = [
  [0.3, 0.4],
  [0.7, 0.4],
  [0.5, 0.58],
  [0.33, 0.76],
  [0.67, 0.76],
]

/** Five points at their mean places in the box, in native pixels. */
export const seedPoints = (box: Box): FivePoints =>
  MEAN.map(([u, v]) => ({ x: box.x + u * box.width, y: box.y + v * box.height })) as FivePoints
