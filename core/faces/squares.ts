// Cuts the pixels of a plan's tiles out of a photograph, one at a time, without ever holding an enlarged photograph.
import { crop, type Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import type { Level, Tile } from './tiles.ts'

export interface Square {
  level: Level
  tile: Tile
  pixels: Image8
}

/** The bicubic filter reads two source pixels to either side. */
const REACH = 2

/** One tile of a level that is a whole number of times larger than the image: the same pixels as enlarging all of it. */
export function enlargedTile(image: Image8, scale: number, tile: Tile): Image8 {
  const x = Math.max(0, Math.floor(tile.x / scale) - REACH)
  const y = Math.max(0, Math.floor(tile.y / scale) - REACH)
  const right = Math.min(image.width, Math.ceil((tile.x + tile.width) / scale) + REACH)
  const bottom = Math.min(image.height, Math.ceil((tile.y + tile.height) / scale) + REACH)
  const source = crop(image, { x, y, width: right - x, height: bottom - y })
  const large = resize(source, source.width * scale, source.height * scale, 'bicubic')
  return crop(large, { ...tile, x: tile.x - x * scale, y: tile.y - y * scale })
}

/** Tiles level by level, as planned; a reduced level is made from the one before it. */
export function* squares(image: Image8, levels: readonly Level[]): Generator<Square> {
  let reduced = image
  for (const level of levels) {
    if (level.tiles.length === 1 && level.scale > 1) {
      yield { level, tile: level.tiles[0]!, pixels: resize(image, level.width, level.height, 'bicubic') }
      continue
    }
    if (level.scale < 1) reduced = resize(reduced, level.width, level.height, 'bilinear')
    for (const tile of level.tiles)
      yield { level, tile, pixels: level.scale > 1 ? enlargedTile(image, level.scale, tile) : crop(reduced, tile) }
  }
}
