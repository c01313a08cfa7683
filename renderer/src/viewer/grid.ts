// The pixel grid: where native pixels meet, drawn only where it does not hide what it divides.
import type { Box } from '../../../core/contract/common.ts'
import type { Placement } from './camera.ts'

/** CSS pixels per native pixel from which lines are drawn. */
export const GRID_FROM = 6
/** Every tenth line is stronger and carries its coordinate. */
export const MAJOR = 10

export interface GridLine {
  /** Native coordinate of the line. */
  readonly at: number
  /** Device pixel that the line covers. */
  readonly device: number
  readonly major: boolean
}

/** Lines between native pixels along one axis, inside both the image and the view. `length` is the view's, in device pixels. */
export function gridLines(from: number, to: number, origin: number, scale: number, length: number): GridLine[] {
  const first = Math.max(Math.ceil(from), Math.ceil(-origin / scale))
  const last = Math.min(Math.floor(to), Math.floor((length - origin) / scale))
  const lines: GridLine[] = []
  for (let at = first; at <= last; at++)
    lines.push({ at, device: Math.round(origin + at * scale), major: at % MAJOR === 0 })
  return lines
}

export const gridVisible = (placed: Placement, dpr: number): boolean => placed.scale / dpr >= GRID_FROM

/** The part of a picture's own pixels that a view of the given device size can show: whole pixels, or null if none. */
export function visiblePart(
  region: Box,
  perPixel: number,
  placed: Placement,
  width: number,
  height: number,
): Box | null {
  const one = placed.scale / perPixel
  const left = placed.x + region.x * placed.scale
  const top = placed.y + region.y * placed.scale
  const x = Math.max(0, Math.floor(-left / one))
  const y = Math.max(0, Math.floor(-top / one))
  const right = Math.min(Math.round(region.width * perPixel), Math.ceil((width - left) / one))
  const bottom = Math.min(Math.round(region.height * perPixel), Math.ceil((height - top) / one))
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null
}
