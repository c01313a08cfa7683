// The lattice of waves that marks a made-up face: which waves, with which signs, in luma and in chroma.

/** Side in pixels of a marked picture. */
export const MARKED_SIDE = 448
/** Side of the tile that the waves repeat, in pixels of a marked picture; a wave has a whole number of periods in it. */
export const TILE = 224

/** A wave of the tile: `across` and `down` periods in it, and whether it is added (1) or taken away (-1). */
export interface Wave {
  readonly across: number
  readonly down: number
  readonly sign: 1 | -1
}

/**
 * Waves of one ring, one of each pair (a, d) and (-a, -d), which are the same wave. Waves that a quarter turn or a
 * mirror turns into each other have the same sign, so that the pattern is its own mirror image and its own quarter
 * turn about the tile's corners. Signs are drawn by a fixed generator.
 */
function ring(from: number, to: number, seed: number): Wave[] {
  const signs = new Map<string, 1 | -1>()
  let state = seed >>> 0
  const draw = (): 1 | -1 => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state & 0x40000000 ? 1 : -1
  }
  const waves: Wave[] = []
  const most = Math.floor(to)
  for (let down = 0; down <= most; down++)
    for (let across = -most; across <= most; across++) {
      if (down === 0 && across <= 0) continue
      const length = Math.hypot(across, down)
      if (length < from || length > to) continue
      const orbit = [Math.abs(across), Math.abs(down)].sort((a, b) => a - b).join()
      if (!signs.has(orbit)) signs.set(orbit, draw())
      waves.push({ across, down, sign: signs.get(orbit)! })
    }
  return waves
}

/** Periods of 25 to 41 px: fine enough to stand out of a face, coarse enough for JPEG. */
export const LUMA_WAVES: readonly Wave[] = ring(5.5, 9, 20261122)
/** Periods of 32 to 90 px: chroma is stored at half the size, and faces hold little green and magenta of this size. */
export const CHROMA_WAVES: readonly Wave[] = ring(2.5, 7, 448)

/** One tile of the pattern, TILE * TILE values with a root mean square of 1. */
export function tileOf(waves: readonly Wave[]): Float32Array {
  const tile = new Float32Array(TILE * TILE)
  const cos = Float64Array.from({ length: TILE }, (_, i) => Math.cos((2 * Math.PI * i) / TILE))
  const height = Math.sqrt(2 / waves.length)
  for (let y = 0, at = 0; y < TILE; y++)
    for (let x = 0; x < TILE; x++, at++) {
      let sum = 0
      for (const { across, down, sign } of waves) sum += sign * cos[(((across * x + down * y) % TILE) + TILE) % TILE]!
      tile[at] = height * sum
    }
  return tile
}
