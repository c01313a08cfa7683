// How visible the 8 x 8 grid of JPEG and MPEG compression is around a face.
import type { Luma } from './luma.ts'

const PERIOD = 8

/** Mean excess of the step at each of the eight grid phases over the steps beside it, along one axis; grey levels. */
function excess({ data }: Luma, length: number, lines: number, along: number, across: number): number {
  const sums = new Float64Array(PERIOD)
  const counts = new Float64Array(PERIOD)
  for (let line = 0; line < lines; line++)
    for (let i = 1, p = line * across + along; i < length - 2; i++, p += along) {
      const step = Math.abs(data[p + along]! - data[p]!)
      const before = Math.abs(data[p]! - data[p - along]!)
      const after = Math.abs(data[p + 2 * along]! - data[p + along]!)
      const phase = i % PERIOD
      sums[phase] = sums[phase]! + step - (before + after) / 2
      counts[phase] = counts[phase]! + 1
    }
  const means = Array.from(sums, (sum, phase) => (counts[phase] === 0 ? 0 : sum / counts[phase]!))
  const best = Math.max(...means)
  const others = (means.reduce((sum, mean) => sum + mean, 0) - best) / (PERIOD - 1)
  return best - others
}

/**
 * By how many grey levels the edges of the strongest 8-pixel grid are steeper than the steps beside them, mean of both
 * axes. The grid's phase is searched, because orientation and cropping move it. About 0.1-0.3 by chance; 1 and more
 * is visible. null for regions under 24 px. A picture scaled after compression has lost the grid and measures low.
 * Source: after Wang, Sheikh, Bovik, ICIP 2002 (no-reference blockiness), reduced to its first term.
 */
export function blockiness(luma: Luma): number | null {
  const { width, height } = luma
  if (width < 3 * PERIOD || height < 3 * PERIOD) return null
  return (excess(luma, width, height, 1, width) + excess(luma, height, width, width, 1)) / 2
}
