// Which enlargements of a photograph the detector looks at, and where its squares lie on each.

/** Neighbouring tiles share this many pixels of the enlarged picture: a face up to that size is whole in one of them. */
export const OVERLAP = 128
/** More squares than this would keep a person waiting: the largest enlargements are left out instead. */
export const MAX_TILES = 640

export interface Tile {
  /** Upper left corner in pixels of the level. */
  x: number
  y: number
  width: number
  height: number
}

/** Pictures up to this length are cut-outs: enlarged to whole tiles rather than by whole numbers. */
export const SMALL_SIDE = 160

/** The photograph at one scale, cut into tiles. */
export interface Level {
  /** Level pixels per original pixel. */
  scale: number
  width: number
  height: number
  tiles: Tile[]
}

/** Starts of the pieces of `side` px that cover `length` px, neighbours sharing at least `overlap`, spread evenly. */
export function starts(length: number, side: number, overlap: number): number[] {
  if (length <= side) return [0]
  const count = Math.ceil((length - overlap) / (side - overlap))
  return Array.from({ length: count }, (_, k) => Math.floor((k * (length - side)) / (count - 1)))
}

function level(width: number, height: number, scale: number, side: number): Level {
  const w = Math.max(1, Math.round(width * scale))
  const h = Math.max(1, Math.round(height * scale))
  const tiles = starts(h, side, OVERLAP).flatMap((y) =>
    starts(w, side, OVERLAP).map((x) => ({ x, y, width: Math.min(side, w), height: Math.min(side, h) })),
  )
  return { scale, width: w, height: h, tiles }
}

/**
 * Levels for a cut-out of at most SMALL_SIDE px: its longer side as long as a tile, a half and a quarter of it. A face
 * that fills it is then 160-640 px high with black around it, one a tenth as high still 64 px.
 */
export function planSmall(width: number, height: number, side: number): Level[] {
  const longest = Math.max(width, height)
  return [side, side / 2, side / 4].map((length) => level(width, height, length / longest, side))
}

/**
 * Levels from the largest scale down by halves until the whole photograph fits one tile. A face of h original pixels
 * is 64-128 px high on some level, whole in one of its tiles, as long as that level is not above the largest scale.
 *
 * @param maxEnlargement largest scale wanted; halved as long as all levels together need more than `maxTiles` tiles
 */
export function planLevels(
  width: number,
  height: number,
  { side, maxEnlargement, maxTiles = MAX_TILES }: { side: number; maxEnlargement: number; maxTiles?: number },
): Level[] {
  if (Math.max(width, height) <= SMALL_SIDE) return planSmall(width, height, side)
  for (let largest = maxEnlargement; ; largest /= 2) {
    const levels: Level[] = []
    let tiles = 0
    for (let scale = largest; ; scale /= 2) {
      const next = level(width, height, scale, side)
      levels.push(next)
      tiles += next.tiles.length
      if (next.tiles.length === 1) break
    }
    if (tiles <= maxTiles || levels.length === 1) return levels
  }
}
