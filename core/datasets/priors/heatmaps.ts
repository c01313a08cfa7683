// Points → heatmaps: one Gaussian of peak 1 per point, what a landmark head learns to draw.
import { FRAME, type Points } from './points.ts'

/**
 * H_n(i, j) = exp(-((j - x_n)² + (i - y_n)²) / (2 sigma²)) with x_n, y_n in indices of the grid's cells; peak 1, no
 * cut-off. A point outside the frame leaves the flank of its Gaussian.
 * Source: Kong et al. 2019 (RIM), landmark loss; sigma 1.3 on a grid of 112 in their code, 1.0 on 56 or 28 here.
 * @param points in the frame; null, or numbers that are not finite, give zeros
 * @param grid cells a side
 * @param sigma in cells
 * @param out where given, is filled and returned; its length is grid * grid * points
 * @returns [grid, grid, N], channels last
 */
export function heatmaps(
  points: Points | null,
  grid: number,
  sigma: number,
  out = new Float32Array(grid * grid * (points ? points.length / 2 : 68)),
): Float32Array {
  const count = out.length / (grid * grid)
  const across = new Float64Array(grid * count)
  const down = new Float64Array(grid * count)
  for (let n = 0; n < count; n++) {
    const x = points ? (points[2 * n]! * grid) / FRAME - 0.5 : NaN
    const y = points ? (points[2 * n + 1]! * grid) / FRAME - 0.5 : NaN
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue
    // The Gaussian is a product of one across and one down.
    for (let i = 0; i < grid; i++) {
      across[i * count + n] = Math.exp(-((i - x) ** 2) / (2 * sigma * sigma))
      down[i * count + n] = Math.exp(-((i - y) ** 2) / (2 * sigma * sigma))
    }
  }
  for (let to = 0, i = 0; i < grid; i++)
    for (let j = 0; j < grid; j++)
      for (let n = 0; n < count; n++) out[to++] = across[j * count + n]! * down[i * count + n]!
  return out
}

/** Channels added up: [grid, grid, N] → [grid, grid]. */
export function summed(maps: Float32Array, grid: number): Float32Array {
  const out = new Float32Array(grid * grid)
  const count = maps.length / out.length
  for (let cell = 0; cell < out.length; cell++) for (let n = 0; n < count; n++) out[cell]! += maps[cell * count + n]!
  return out
}
