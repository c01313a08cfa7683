// One face, one detection: removes what several anchors, tiles and scales report of the same face.
import { contained, iou, mapPoints, type Detection } from './geometry.ts'

/** Boxes that share more than this (intersection over union) are one face. */
export const SAME_FACE_IOU = 0.4
/** A weaker box that lies in a stronger one by more than this is a part of that face, seen too closely. */
export const PART_OF_FACE = 0.85

/**
 * Greedy non-maximum suppression: strongest first; equal scores keep their order, so the result is deterministic.
 * A detection stays unless a stronger one has IoU > `sameFace` with it, or holds it by more than `partOfFace`.
 * @returns the detections that stay, strongest first
 */
export function suppress(
  detections: readonly Detection[],
  { sameFace = SAME_FACE_IOU, partOfFace = PART_OF_FACE } = {},
): Detection[] {
  const kept: Detection[] = []
  for (const d of detections.toSorted((a, b) => b.score - a.score))
    if (!kept.some((k) => iou(k.box, d.box) > sameFace || contained(k.box, d.box) > partOfFace)) kept.push(d)
  return kept
}

/** Looks at one face whose boxes agree by more than this (IoU) vote on its points. */
const AGREES = 0.6

/**
 * Joins what several tiles and scales saw: `suppress` decides which faces stay and their boxes; each face's points are
 * the mean over every look that agrees with its box, weighted by score^4. Looks at different scales err differently:
 * over 60 photographs the mean error in eye distances fell from 0.081 with the strongest look alone to 0.072 at 28 px,
 * from 0.091 to 0.077 at 20 px, from 0.119 to 0.104 at 12 px.
 */
export function join(detections: readonly Detection[]): Detection[] {
  return suppress(detections).map((face) => {
    const looks = detections.filter((d) => iou(d.box, face.box) > AGREES)
    const total = looks.reduce((sum, d) => sum + d.score ** 4, 0)
    const mean = (pick: (d: Detection) => number): number =>
      looks.reduce((sum, d) => sum + pick(d) * d.score ** 4, 0) / total
    return {
      ...face,
      points: mapPoints(face.points, (_, k) => ({ x: mean((d) => d.points[k]!.x), y: mean((d) => d.points[k]!.y) })),
    }
  })
}
