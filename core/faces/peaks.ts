// Where heatmaps have their peaks: points between cells, from the cells around the highest one.

/**
 * For every map its highest cell, moved to the centroid of the 3 x 3 cells around it (values below 0 count as 0).
 * @param maps [grid, grid, points] @param size side of the picture in pixels
 * @returns x, y of each point in pixels of the picture, pixel centres at +0.5; [points * 2]
 */
export function peaks(maps: Float32Array, grid: number, size: number): Float32Array {
  const points = maps.length / (grid * grid)
  const out = new Float32Array(points * 2)
  for (let p = 0; p < points; p++) {
    const at = (x: number, y: number): number => maps[(y * grid + x) * points + p]!
    let [bestX, bestY] = [0, 0]
    for (let y = 0; y < grid; y++)
      for (let x = 0; x < grid; x++) if (at(x, y) > at(bestX, bestY)) [bestX, bestY] = [x, y]
    let [sum, sumX, sumY] = [0, 0, 0]
    for (let y = Math.max(0, bestY - 1); y <= Math.min(grid - 1, bestY + 1); y++)
      for (let x = Math.max(0, bestX - 1); x <= Math.min(grid - 1, bestX + 1); x++) {
        const weight = Math.max(0, at(x, y))
        sum += weight
        sumX += weight * x
        sumY += weight * y
      }
    const [x, y] = sum > 0 ? [sumX / sum, sumY / sum] : [bestX, bestY]
    out[2 * p] = ((x + 0.5) * size) / grid
    out[2 * p + 1] = ((y + 0.5) * size) / grid
  }
  return out
}
