// Points → a map of eleven classes by polygons: what a parsing head learns where no one has painted real maps.
import { PARSING_LEGEND } from '../../contract/overlays.ts'
import { centre, PARTS, pointAt, type Points, type Vec } from './points.ts'
import { fillPolygon } from './polygon.ts'

/** The classes in the order of the Helen parsing labels; left and right are the picture's. */
export const CLASSES: readonly string[] = PARSING_LEGEND.map(({ name }) => name)
/** Label of cells that count in no loss. */
export const IGNORE = 255
const SWAP: ReadonlyMap<number, number> = new Map([
  [2, 3],
  [3, 2],
  [4, 5],
  [5, 4],
])

/** The label of a class in the mirrored picture. */
export const mirrorClass = (label: number): number => SWAP.get(label) ?? label

/** The map of the mirrored picture. @param map [side, side] */
export function mirrorParsing(map: Uint8Array, side: number): Uint8Array {
  const out = new Uint8Array(map.length)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) out[y * side + x] = mirrorClass(map[y * side + side - 1 - x]!)
  return out
}

export interface ParsingOptions {
  /** Polygons know nothing of hair: by default a band over the head counts in no loss. 'hair' paints class 10. */
  readonly hair?: 'ignore' | 'hair'
}

/**
 * The map on a grid, painted directly at its cells' centres; later parts cover earlier ones. The ratios are choices of
 * ours: skin is the jaw and over it half an ellipse of 0.72 chin heights, hair one of 1.10.
 * @param points in the frame; null gives a map that counts nowhere
 * @returns [grid, grid], 0..10 or 255
 */
export function parsingMap(points: Points | null, grid: number, { hair = 'ignore' }: ParsingOptions = {}): Uint8Array {
  const map = new Uint8Array(grid * grid)
  if (!points) return map.fill(IGNORE)
  for (const [label, polygon] of polygons(points)) fillPolygon(map, grid, polygon, label === HAIR ? hairs[hair] : label)
  return map
}
const HAIR = 10
const hairs = { ignore: IGNORE, hair: HAIR } as const

/** Every part's label and corners, in painting order. */
export function polygons(points: Points): readonly (readonly [label: number, polygon: readonly Vec[]])[] {
  const at = (n: number): Vec => pointAt(points, n)
  const run = ([first, last]: readonly [number, number]): Vec[] =>
    Array.from({ length: last - first + 1 }, (_, k) => at(first + k))
  const these = (...numbers: number[]): Vec[] => numbers.map(at)

  const [left, right] = [centre(points, PARTS.leftEye), centre(points, PARTS.rightEye)]
  const d = Math.hypot(right.x - left.x, right.y - left.y)
  const eyes = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 }
  const down = unit(minus(at(8), eyes))
  const along = unit(minus(right, left))
  const moved = (by: number, direction: Vec, points: readonly Vec[]): Vec[] =>
    points.map((p) => ({ x: p.x + by * direction.x, y: p.y + by * direction.y }))
  const brow = (part: readonly [number, number]): Vec[] => [
    ...moved(-0.06 * d, down, run(part)),
    ...moved(0.02 * d, down, run(part).reverse()),
  ]
  return [
    [HAIR, overHead(points, 1.15, 1.1, true)],
    [1, [...run(PARTS.jaw), ...overHead(points, 1, 0.72, false)]],
    [2, brow(PARTS.leftBrow)],
    [3, brow(PARTS.rightBrow)],
    [4, run(PARTS.leftEye)],
    [5, run(PARTS.rightEye)],
    [6, [at(27), ...moved(-0.04 * d, along, these(31)), ...these(32, 33, 34), ...moved(0.04 * d, along, these(35))]],
    [7, these(48, 49, 50, 51, 52, 53, 54, 64, 63, 62, 61, 60)],
    [9, these(54, 55, 56, 57, 58, 59, 48, 60, 67, 66, 65, 64)],
    [8, run(PARTS.innerLip)],
  ]
}

/**
 * Half an ellipse over the line from ear to ear (points 0 and 16), from the right ear back to the left: half-axes
 * `wide` times half that line and `high` times the chin's distance from its middle. 20 points between its ends.
 */
function overHead(points: Points, wide: number, high: number, ends: boolean): Vec[] {
  const [p0, p16, chin] = [pointAt(points, 0), pointAt(points, 16), pointAt(points, 8)]
  const c = { x: (p0.x + p16.x) / 2, y: (p0.y + p16.y) / 2 }
  const side = unit(minus(p16, p0))
  const toChin = minus(chin, c)
  // Square to the line, away from the chin.
  const turn = side.x * toChin.y - side.y * toChin.x > 0 ? 1 : -1
  const up = { x: turn * side.y, y: -turn * side.x }
  const a = (wide * Math.hypot(p16.x - p0.x, p16.y - p0.y)) / 2
  const b = high * Math.hypot(toChin.x, toChin.y)
  const steps = 21
  const out: Vec[] = []
  for (let k = ends ? 0 : 1; k <= (ends ? steps : steps - 1); k++) {
    const angle = (Math.PI * k) / steps
    const [u, v] = [a * Math.cos(angle), b * Math.sin(angle)]
    out.push({ x: c.x + u * side.x + v * up.x, y: c.y + u * side.y + v * up.y })
  }
  return out
}

const minus = (a: Vec, b: Vec): Vec => ({ x: a.x - b.x, y: a.y - b.y })
function unit({ x, y }: Vec): Vec {
  const length = Math.max(1e-9, Math.hypot(x, y))
  return { x: x / length, y: y / length }
}
