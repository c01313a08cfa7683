// What the pointer is on: the nearest graspable part, measured on the screen, and the smallest face under it.
import type { Box, Point } from '../../../core/contract/common.ts'
import { HANDLES, handlePoint, type Part } from './handles.ts'
import { POINT_INDICES, contains, type Marks } from './marks.ts'
import { fromContract, type ProbePoint, type ScreenPoint } from './units.ts'

/** Reach around points, handles and the box's outline in CSS pixels. */
export const REACH = { point: 14, handle: 10, outline: 6 } as const
export type Project = (point: ProbePoint) => ScreenPoint

/**
 * The part under the pointer. Points come before handles and handles before the outline, and within each kind the
 * nearest wins: five points that lie 3 px apart can still be told apart.
 */
export function partAt(marks: Marks, pointer: ScreenPoint, project: Project): Part | null {
  const away = (point: Point) => {
    const on = project(fromContract(point))
    return Math.hypot(on.x - pointer.x, on.y - pointer.y)
  }
  const index = nearest(POINT_INDICES, (i) => away(marks.points[i]), REACH.point)
  if (index !== null) return { kind: 'point', index }
  const at = nearest(HANDLES, (h) => away(handlePoint(marks.box, h)), REACH.handle)
  if (at !== null) return { kind: 'handle', at }
  return outlineDistance(marks.box, pointer, project) <= REACH.outline ? { kind: 'box' } : null
}

/** Index of the smallest box that holds the point; small faces in front of large ones can be chosen. */
export function boxAt(boxes: readonly Box[], point: Point): number | null {
  const area = (i: number) => boxes[i]!.width * boxes[i]!.height
  const holding = boxes.map((_, i) => i).filter((i) => contains(boxes[i]!, point))
  return nearest(holding, area, Infinity)
}

function nearest<T>(items: readonly T[], distance: (item: T) => number, reach: number): T | null {
  let best: T | null = null
  let least = Infinity
  for (const item of items) {
    const d = distance(item)
    if (d <= reach && d < least) [best, least] = [item, d]
  }
  return best
}

function outlineDistance(box: Box, pointer: ScreenPoint, project: Project): number {
  const a = project(fromContract({ x: box.x, y: box.y }))
  const b = project(fromContract({ x: box.x + box.width, y: box.y + box.height }))
  const outside = Math.hypot(
    Math.max(a.x - pointer.x, 0, pointer.x - b.x),
    Math.max(a.y - pointer.y, 0, pointer.y - b.y),
  )
  if (outside > 0) return outside
  return Math.min(pointer.x - a.x, b.x - pointer.x, pointer.y - a.y, b.y - pointer.y)
}
