// Draws what a hallucination network believes about a face, to lay over its picture: heatmaps and parsing maps.
import type { Rgba } from '../contract/common.ts'
import { LANDMARK_LEGEND, PARSING_LEGEND } from '../contract/overlays.ts'

/** The class with the highest score in every cell; the first of equal ones. @param scores [cells, classes] */
export function strongestClasses(scores: Float32Array, classes: number = PARSING_LEGEND.length): Uint8Array {
  if (scores.length % classes !== 0) throw new RangeError(`${scores.length} scores are not ${classes} a cell`)
  return Uint8Array.from({ length: scores.length / classes }, (_, cell) => {
    let best = 0
    for (let k = 1; k < classes; k++) if (scores[cell * classes + k]! > scores[cell * classes + best]!) best = k
    return best
  })
}

/**
 * A parsing map in the colours of its legend. Background, and labels without a class (255), are left clear.
 * @param map [grid, grid], labels @param size side of the overlay in pixels; cells stay squares
 * @param opacity of what is drawn, 0..1
 */
export function parsingOverlay(map: Uint8Array, grid: number, size: number, opacity = 0.55): Rgba {
  if (map.length !== grid * grid) throw new RangeError(`${map.length} labels are no map of ${grid} x ${grid}`)
  const data = new Uint8Array(size * size * 4)
  const alpha = Math.round(255 * opacity)
  for (let y = 0, to = 0; y < size; y++) {
    const row = Math.floor(((y + 0.5) * grid) / size) * grid
    for (let x = 0; x < size; x++, to += 4) {
      const colour = PARSING_LEGEND[map[row + Math.floor(((x + 0.5) * grid) / size)]!]?.colour
      if (!colour) continue
      data.set(colour, to)
      data[to + 3] = alpha
    }
  }
  return { width: size, height: size, data }
}

/**
 * Landmark heatmaps in the colours of their groups: as opaque as the strongest is high, in the mixture of the groups'
 * colours by their heights; between cells bilinear. Values are taken as 0..1.
 * @param maps [grid, grid, 68] @param size side of the overlay in pixels @param opacity of a peak, 0..1
 */
export function heatmapOverlay(maps: Float32Array, grid: number, size: number, opacity = 0.9): Rgba {
  const groups = strongestOfGroups(maps, grid)
  const count = LANDMARK_LEGEND.length
  const taps = bilinear(grid, size)
  const data = new Uint8Array(size * size * 4)
  const heights = new Float64Array(count)
  for (let y = 0, to = 0; y < size; y++) {
    const down = taps[y]!
    for (let x = 0; x < size; x++, to += 4) {
      const across = taps[x]!
      let [sum, most] = [0, 0]
      for (let g = 0; g < count; g++) {
        const at = (i: number, j: number): number => groups[(i * grid + j) * count + g]!
        const top = at(down.low, across.low) * (1 - across.share) + at(down.low, across.high) * across.share
        const bottom = at(down.high, across.low) * (1 - across.share) + at(down.high, across.high) * across.share
        const height = top * (1 - down.share) + bottom * down.share
        heights[g] = height
        sum += height
        most = Math.max(most, height)
      }
      data[to + 3] = Math.round(255 * opacity * most)
      if (data[to + 3] === 0) continue
      for (let channel = 0; channel < 3; channel++) {
        let value = 0
        for (const [g, { colour }] of LANDMARK_LEGEND.entries()) value += heights[g]! * colour[channel as 0 | 1 | 2]
        data[to + channel] = Math.round(value / sum)
      }
    }
  }
  return { width: size, height: size, data }
}

/** [grid, grid, groups]: the highest channel of every group, held to 0..1; what is no number is 0. */
function strongestOfGroups(maps: Float32Array, grid: number): Float32Array {
  const points = LANDMARK_LEGEND.at(-1)!.points[1] + 1
  if (maps.length !== grid * grid * points)
    throw new RangeError(`${maps.length} values are not ${points} heatmaps of ${grid} x ${grid}`)
  const count = LANDMARK_LEGEND.length
  const out = new Float32Array(grid * grid * count)
  for (let cell = 0; cell < grid * grid; cell++)
    for (const [g, { points: ends }] of LANDMARK_LEGEND.entries()) {
      let most = 0
      for (let n = ends[0]; n <= ends[1]; n++) if (maps[cell * points + n]! > most) most = maps[cell * points + n]!
      out[cell * count + g] = Math.min(1, most)
    }
  return out
}

/** For every pixel its two cells and the share of the second; beyond the outer centres the outer cell alone. */
const bilinear = (grid: number, size: number): { low: number; high: number; share: number }[] =>
  Array.from({ length: size }, (_, pixel) => {
    const at = Math.min(grid - 1, Math.max(0, ((pixel + 0.5) * grid) / size - 0.5))
    const low = Math.floor(at)
    return { low, high: Math.min(grid - 1, low + 1), share: at - low }
  })
