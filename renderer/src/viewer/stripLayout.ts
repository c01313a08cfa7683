// How large the tiles of a strip of faces are: as large as the room allows, and never smaller than a face can be told.

export interface StripLayout {
  readonly columns: number
  readonly rows: number
  /** Side of one picture in CSS pixels. */
  readonly tile: number
}
/** CSS pixels: between tiles, and below each picture for its name. */
export const STRIP_GAP = 4
export const STRIP_NAME = 16
const SMALLEST = 44
const LARGEST = 132

/**
 * The arrangement with the largest tiles, the one with fewer rows where two are equal; tiles are not made smaller than a face can be told, so
 * that a strip in too little room has to be scrolled.
 * @param room in CSS pixels
 */
export function stripLayout(count: number, room: { width: number; height: number }): StripLayout {
  let best: StripLayout = { columns: 1, rows: count, tile: 0 }
  for (let rows = 1; rows <= count; rows++) {
    const columns = Math.ceil(count / rows)
    const across = (room.width - STRIP_GAP * (columns - 1)) / columns
    const down = (room.height - STRIP_GAP * (rows - 1)) / rows - STRIP_NAME
    const tile = Math.floor(Math.min(LARGEST, across, down))
    if (tile > best.tile) best = { columns, rows, tile }
  }
  if (best.tile >= SMALLEST) return best
  const columns = Math.max(1, Math.min(count, Math.floor((room.width + STRIP_GAP) / (SMALLEST + STRIP_GAP))))
  return { columns, rows: Math.ceil(count / columns), tile: SMALLEST }
}
