// Fills polygons on a small grid by the even-odd rule at cell centres.
import { FRAME, type Vec } from './points.ts'

/**
 * Paints the cells whose centre lies inside. An edge belongs to the cell on its right; parts of the polygon outside the
 * grid are cut off.
 * @param map [grid, grid], row by row, changed in place
 * @param polygon corners in the 112 px frame, closed by itself
 */
export function fillPolygon(map: Uint8Array, grid: number, polygon: readonly Vec[], value: number): void {
  const cell = FRAME / grid
  const crossings: number[] = []
  for (let row = 0; row < grid; row++) {
    const y = (row + 0.5) * cell
    crossings.length = 0
    for (const [k, a] of polygon.entries()) {
      const b = polygon[(k + 1) % polygon.length]!
      if (a.y <= y !== b.y <= y) crossings.push(a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y))
    }
    crossings.sort((p, q) => p - q)
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      // The first cell whose centre is not left of the crossing, up to the last one left of the next crossing.
      const first = Math.max(0, Math.ceil(crossings[k]! / cell - 0.5))
      const end = Math.min(grid, Math.ceil(crossings[k + 1]! / cell - 0.5))
      if (first < end) map.fill(value, row * grid + first, row * grid + end)
    }
  }
}
