// What can be grasped on a face, and how dragging or nudging it changes the marks.
import type { Box, FivePoints, Point } from '../../../core/contract/common.ts'
import { POINT_NAMES, SMALLEST_BOX, rounded, type Marks, type PointIndex } from './marks.ts'

export type Corner = 'nw' | 'ne' | 'se' | 'sw'
export type Edge = 'n' | 'e' | 's' | 'w'
export type Handle = Corner | Edge
/** One graspable thing: a point (by number), the box as a whole, or one of its eight handles. */
export type Part =
  | { readonly kind: 'point'; readonly index: PointIndex }
  | { readonly kind: 'box' }
  | { readonly kind: 'handle'; readonly at: Handle }

export const CORNERS: readonly Corner[] = ['nw', 'ne', 'se', 'sw']
export const HANDLES: readonly Handle[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w']
const HANDLE_NAMES: Record<Handle, string> = {
  nw: 'top left corner of the box',
  n: 'top edge of the box',
  ne: 'top right corner of the box',
  e: 'right edge of the box',
  se: 'bottom right corner of the box',
  s: 'bottom edge of the box',
  sw: 'bottom left corner of the box',
  w: 'left edge of the box',
}

export const samePart = (a: Part | null, b: Part | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.kind === b.kind &&
    (a.kind === 'box' || (a.kind === 'point' ? a.index === (b as typeof a).index : a.at === (b as typeof a).at)))

/** Where a handle of the box lies. */
export const handlePoint = (box: Box, at: Handle): Point => ({
  x: box.x + (at.includes('w') ? 0 : at.includes('e') ? box.width : box.width / 2),
  y: box.y + (at.includes('n') ? 0 : at.includes('s') ? box.height : box.height / 2),
})

/** Where a part lies; the box as a whole lies at its top left corner. */
export function partPoint(marks: Marks, part: Part): Point {
  if (part.kind === 'point') return marks.points[part.index]
  return part.kind === 'box' ? { x: marks.box.x, y: marks.box.y } : handlePoint(marks.box, part.at)
}

/**
 * The marks with one part moved by (dx, dy) native pixels. An edge stops at the smallest box instead of passing the
 * opposite edge. Points stay where they are when the box moves: the two are separate statements.
 */
export function moved(marks: Marks, part: Part, dx: number, dy: number): Marks {
  if (part.kind === 'point') {
    const points = marks.points.map((p, i) => (i === part.index ? { x: p.x + dx, y: p.y + dy } : p)) as FivePoints
    return { ...marks, points }
  }
  const { x, y, width, height } = marks.box
  if (part.kind === 'box') return { ...marks, box: { x: x + dx, y: y + dy, width, height } }
  const west = part.at.includes('w') ? Math.min(dx, width - SMALLEST_BOX) : 0
  const north = part.at.includes('n') ? Math.min(dy, height - SMALLEST_BOX) : 0
  const east = part.at.includes('e') ? Math.max(dx, SMALLEST_BOX - width) : 0
  const south = part.at.includes('s') ? Math.max(dy, SMALLEST_BOX - height) : 0
  return {
    ...marks,
    box: { x: x + west, y: y + north, width: width - west + east, height: height - north + south },
  }
}

const at = (value: number): string => rounded(value).toFixed(2)
/** What a handle's button says aloud: the part and where it is, in native pixels. */
export function partLabel(marks: Marks, part: Part): string {
  const { x, y } = partPoint(marks, part)
  if (part.kind === 'point') return `${POINT_NAMES[part.index]}, x ${at(x)}, y ${at(y)} px`
  if (part.kind === 'box') return `box, x ${at(x)}, y ${at(y)}, ${at(marks.box.width)} by ${at(marks.box.height)} px`
  return `${HANDLE_NAMES[part.at]}, x ${at(x)}, y ${at(y)} px`
}
export const CURSORS: Record<Handle, string> = {
  nw: 'nwse-resize',
  se: 'nwse-resize',
  ne: 'nesw-resize',
  sw: 'nesw-resize',
  n: 'ns-resize',
  s: 'ns-resize',
  e: 'ew-resize',
  w: 'ew-resize',
}
