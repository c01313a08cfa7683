// Boxes and points as plain arithmetic: overlaps, clipping, moving between scales.
import type { Box, FivePoints, Point } from '../contract/common.ts'

/** One face as a detector reports it. Coordinates in pixels, pixel centres at +0.5; score 0..1. */
export interface Detection {
  box: Box
  points: FivePoints
  score: number
}

/** Maps each of the five points, keeping their order. */
export const mapPoints = (points: FivePoints, change: (point: Point, index: number) => Point): FivePoints => {
  const [a, b, c, d, e] = points
  return [change(a, 0), change(b, 1), change(c, 2), change(d, 3), change(e, 4)]
}

/** The detection after `p -> p * scale + (dx, dy)`. */
export const place = (d: Detection, scale: number, dx: number, dy: number): Detection => ({
  box: {
    x: d.box.x * scale + dx,
    y: d.box.y * scale + dy,
    width: d.box.width * scale,
    height: d.box.height * scale,
  },
  points: mapPoints(d.points, (p) => ({ x: p.x * scale + dx, y: p.y * scale + dy })),
  score: d.score,
})

/** Area that two boxes share, in square pixels. */
export const shared = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y))

/** Intersection over union, 0..1. */
export function iou(a: Box, b: Box): number {
  const common = shared(a, b)
  return common / (a.width * a.height + b.width * b.height - common)
}

/** Share of the smaller box that lies in the other, 0..1. */
export const contained = (a: Box, b: Box): number => shared(a, b) / Math.min(a.width * a.height, b.width * b.height)

/** The part of a box inside a width x height image, or null where nothing of it is. */
export function clip(box: Box, width: number, height: number): Box | null {
  const x = Math.max(0, box.x)
  const y = Math.max(0, box.y)
  const right = Math.min(width, box.x + box.width)
  const bottom = Math.min(height, box.y + box.height)
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null
}

export const isFinitePoint = (p: Point): boolean => Number.isFinite(p.x) && Number.isFinite(p.y)

/** Distance between the two eyes, in pixels. */
export const interEye = (points: FivePoints): number => Math.hypot(points[1].x - points[0].x, points[1].y - points[0].y)
