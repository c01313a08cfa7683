// A box and five points as the analyst sets them: the one thing that editing changes.
import type { Box, FivePoints, Point } from '../../../core/contract/common.ts'

export interface Marks {
  readonly box: Box
  readonly points: FivePoints
}
export type PointIndex = 0 | 1 | 2 | 3 | 4
export const POINT_INDICES: readonly PointIndex[] = [0, 1, 2, 3, 4]
/** Left and right as seen in the picture, never the person's own: said in full wherever there is room. */
export const POINT_NAMES = [
  'image-left eye',
  'image-right eye',
  'nose tip',
  'image-left mouth corner',
  'image-right mouth corner',
] as const

/** A box of less than this in native pixels cannot be grasped any more; faces of 7 px and more are the subject. */
export const SMALLEST_BOX = 2

/** Coordinates are kept to a hundredth of a native pixel: finer than anybody can point, short enough to read. */
export const rounded = (value: number): number => Math.round(value * 100) / 100 + 0
const roundPoint = (point: Point): Point => ({ x: rounded(point.x), y: rounded(point.y) })
export const roundMarks = ({ box, points }: Marks): Marks => ({
  box: {
    x: rounded(box.x),
    y: rounded(box.y),
    width: Math.max(SMALLEST_BOX, rounded(box.width)),
    height: Math.max(SMALLEST_BOX, rounded(box.height)),
  },
  points: points.map(roundPoint) as FivePoints,
})

/** The box between two corners given in any order. A side shorter than the smallest box grows to the right and down. */
export const boxBetween = (a: Point, b: Point): Box => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.max(SMALLEST_BOX, Math.abs(a.x - b.x)),
  height: Math.max(SMALLEST_BOX, Math.abs(a.y - b.y)),
})

/** The box moved, if need be, so that its middle lies within the image. */
export const onto = (box: Box, image: { width: number; height: number }): Box => ({
  ...box,
  x: Math.min(image.width, Math.max(0, box.x + box.width / 2)) - box.width / 2,
  y: Math.min(image.height, Math.max(0, box.y + box.height / 2)) - box.height / 2,
})

export const grown = (box: Box, margin: number): Box => ({
  x: box.x - box.width * margin,
  y: box.y - box.height * margin,
  width: box.width * (1 + 2 * margin),
  height: box.height * (1 + 2 * margin),
})
export const contains = (box: Box, point: Point): boolean =>
  point.x >= box.x && point.y >= box.y && point.x <= box.x + box.width && point.y <= box.y + box.height

/** The smallest box around all marks, so that nothing which can be moved lies out of view. */
export function hull({ box, points }: Marks): Box {
  const xs = [box.x, box.x + box.width, ...points.map((p) => p.x)]
  const ys = [box.y, box.y + box.height, ...points.map((p) => p.y)]
  const x = Math.min(...xs)
  const y = Math.min(...ys)
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Distance between the two eye points in native pixels: the size that recognisability is usually told by. */
export const interEye = (points: FivePoints): number => Math.hypot(points[1].x - points[0].x, points[1].y - points[0].y)

const sameBox = (a: Box, b: Box) => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
const samePoints = (a: FivePoints, b: FivePoints) => a.every((p, i) => p.x === b[i]!.x && p.y === b[i]!.y)
export const sameMarks = (a: Marks, b: Marks): boolean => sameBox(a.box, b.box) && samePoints(a.points, b.points)

/** Only what differs, rounded: an untouched detection keeps its own figures and its own author. */
export function changeFrom(base: Marks, present: Marks): { box?: Box; points?: FivePoints } {
  const now = roundMarks(present)
  const was = roundMarks(base)
  return {
    ...(sameBox(was.box, now.box) ? {} : { box: now.box }),
    ...(samePoints(was.points, now.points) ? {} : { points: now.points }),
  }
}
