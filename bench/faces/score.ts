// Compares what a detector found with where the faces are.
import type { Box } from '../../core/contract/common.ts'
import { iou, type Detection } from '../../core/faces/geometry.ts'

/** Boxes of different detectors are drawn differently; a share of 0.3 (IoU) is the same face for all of them. */
const SAME = 0.3

/** Each face takes its strongest detection; detections that overlap no face are false alarms, repeated ones neither. */
export function compare(
  found: readonly Detection[],
  faces: readonly Box[],
): { hits: Detection[]; falseAlarms: number } {
  const taken = faces.map((face) => found.find((d) => iou(d.box, face) >= SAME))
  return {
    hits: taken.filter((d) => d !== undefined),
    falseAlarms: found.filter((d) => !faces.some((face) => iou(d.box, face) >= SAME)).length,
  }
}
