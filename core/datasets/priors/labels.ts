// What a hallucination network learns besides pixels: points and maps of a face, from files that any worker can open.
import { parsingMap, mirrorParsing, type ParsingOptions } from './parsing.ts'
import { mirrorPoints, type Points, type UseOptions } from './points.ts'
import { openMaps } from './mapsFile.ts'
import { openPoints } from './pointsFile.ts'

/** Plain data: travels to a worker. */
export interface LabelSource extends UseOptions, ParsingOptions {
  /** File of points (`pointsFile`). */
  readonly points: string
  /** Faces of the cache. */
  readonly count: number
  /** Cells a side of the network's prior. */
  readonly grid: number
  /** File of drawn maps; a face without one has its polygons. */
  readonly maps?: string
}
export interface Label {
  /** In the 112 px frame. */
  readonly points: Points
  /** [grid, grid], 0..10 or 255. */
  readonly parsing: Uint8Array
}
export interface Labels {
  /** Positions of the faces that have points. */
  readonly fit: Int32Array
  /** @param mirrored of the mirrored face @returns null where the face has no points to learn from */
  label(i: number, mirrored: boolean): Label | null
}

/** @throws UserFacingError where a file is missing or damaged */
export function openLabels(source: LabelSource): Labels {
  const { grid, count } = source
  const bank = openPoints(source.points, source)
  const maps = source.maps === undefined ? null : openMaps(source.maps, grid, count)
  return {
    fit: bank.fit,
    label(i, mirrored) {
      const points = bank.points(i)
      if (!points) return null
      const parsing = maps?.map(i) ?? parsingMap(points, grid, source)
      return mirrored ? { points: mirrorPoints(points), parsing: mirrorParsing(parsing, grid) } : { points, parsing }
    },
  }
}
