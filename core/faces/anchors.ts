// Turns the raw maps of a RetinaFace network into faces: every map cell tells how its anchor must move to fit one.
import { mapPoints, isFinitePoint, type Detection } from './geometry.ts'

/** The three maps of one stride, each `channels x rows x columns`, row-major (a batch of one). */
export interface StrideMaps {
  /** 2A channels: A of "not a face", then A of "face", 0..1. */
  scores: Float32Array
  /** 4A channels: dx, dy, log width, log height of each anchor, in anchor widths. */
  boxes: Float32Array
  /** 10A channels: x and y of five points of each anchor, in anchor widths x landmarkScale. */
  points: Float32Array
  rows: number
  columns: number
}

/** Anchors are squares of 16 px times these factors, centred on (column, row) x stride + 8 px. */
export const ANCHOR_SCALES: Readonly<Record<number, readonly number[]>> = { 32: [32, 16], 16: [8, 4], 8: [2, 1] }
const BASE = 16
/** exp() of more than this would be a face 1,000 anchors wide: a broken file, not a face. */
const LOG_LIMIT = Math.log(1000)

/**
 * Faces of one stride whose score reaches the threshold, in input pixels (pixel centres at +0.5).
 *
 * Box: centre = anchor centre + width x (dx, dy), size = width x exp(dw, dh). Points: anchor centre + width x
 * landmarkScale x (x, y). Source: Deng et al., RetinaFace (CVPR 2020), eq. 1 and section 3.2; anchor sizes, order of
 * channels and landmark scale of the mnet025 network as in insightface's retinaface.py (landmark_std 0.2 for the "v2"
 * weights, 1 for "v1").
 */
export function decodeStride(maps: StrideMaps, stride: number, threshold: number, landmarkScale: number): Detection[] {
  const scales = ANCHOR_SCALES[stride]!
  const cells = maps.rows * maps.columns
  const found: Detection[] = []
  scales.forEach((factor, a) => {
    const width = BASE * factor
    const scores = maps.scores.subarray((scales.length + a) * cells)
    const box = maps.boxes.subarray(a * 4 * cells)
    const point = maps.points.subarray(a * 10 * cells)
    for (let cell = 0; cell < cells; cell++) {
      const score = scores[cell]!
      if (!(score >= threshold)) continue
      const x = (cell % maps.columns) * stride + BASE / 2
      const y = Math.floor(cell / maps.columns) * stride + BASE / 2
      const w = width * Math.exp(Math.min(LOG_LIMIT, box[2 * cells + cell]!))
      const h = width * Math.exp(Math.min(LOG_LIMIT, box[3 * cells + cell]!))
      const left = x + width * box[cell]! - w / 2
      const top = y + width * box[cells + cell]! - h / 2
      const zero = { x: 0, y: 0 }
      const points = mapPoints([zero, zero, zero, zero, zero], (_, k) => ({
        x: x + width * landmarkScale * point[2 * k * cells + cell]!,
        y: y + width * landmarkScale * point[(2 * k + 1) * cells + cell]!,
      }))
      if (Number.isFinite(left + top + w + h) && w > 0 && h > 0 && points.every(isFinitePoint))
        found.push({ box: { x: left, y: top, width: w, height: h }, points, score: Math.min(1, score) })
    }
  })
  return found
}
