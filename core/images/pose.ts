// Estimates how a head is turned from five points: coarse, but enough to tell a profile from a frontal view.
import type { FivePoints } from '../contract/common.ts'

/** Degrees, with ISO/IEC 19794-5's signs: yaw > 0 to the subject's left, pitch > 0 down, roll > 0 to the right shoulder. */
export interface Pose {
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
}

type Vector = readonly [number, number, number]

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
const combine = (a: Vector, s: number, b: Vector, t: number): Vector => [
  a[0] * s + b[0] * t,
  a[1] * s + b[1] * t,
  a[2] * s + b[2] * t,
]
const unit = (a: Vector): Vector => combine(a, 1 / Math.hypot(...a), a, 0)

/**
 * A frontal head in units of its eye distance, x right, y up, z to the viewer, before centring. x and y: mean of the
 * shipped detector's points over 170 frontal faces of LFW, made symmetric (the recognition templates have the mouth
 * 0.14 lower, which would read as looking down). z: nose tip 0.43, mouth corners 0.03 in front of the eyes, after the
 * generic head of the OpenCV pose literature (eye corners 135, mouth corners 125 behind a nose tip where the eyes are
 * 315 apart).
 */
const frontal: readonly Vector[] = [
  [-0.5, 0, 0],
  [0.5, 0, 0],
  [0, -0.585, 0.43],
  [-0.43, -1.02, 0.03],
  [0.43, -1.02, 0.03],
]
const middle = frontal.reduce<Vector>((sum, point) => combine(sum, 1, point, 1 / frontal.length), [0, 0, 0])
const head = frontal.map((point) => combine(point, 1, middle, -1))

/** Columns of the inverse of sum m m^T, for the linear fit. */
const inverse: readonly Vector[] = (() => {
  const row = (i: 0 | 1 | 2): Vector => [0, 1, 2].map((j) => head.reduce((sum, m) => sum + m[i] * m[j]!, 0)) as never
  const [a, b, c] = [row(0), row(1), row(2)]
  const det = dot(a, cross(b, c))
  return [cross(b, c), cross(c, a), cross(a, b)].map((column) => combine(column, 1 / det, column, 0))
})()

/**
 * Pose by fitting the mean head under scaled orthographic projection (DeMenthon & Davis, IJCV 1995, the POS step).
 * People differ from the mean head: expect errors of about 5-10 degrees, more beyond 45, and at eye distances under
 * 10 px also those of the points. null where the points span nothing.
 */
export function poseOf(points: FivePoints): Pose | null {
  const mx = points.reduce((sum, p) => sum + p.x / 5, 0)
  const my = points.reduce((sum, p) => sum + p.y / 5, 0)
  const fit = (values: readonly number[]): Vector => {
    const projected = head.reduce<Vector>((sum, m, k) => combine(sum, 1, m, values[k]!), [0, 0, 0])
    return [0, 1, 2].map((i) => inverse.reduce((sum, column, j) => sum + column[i]! * projected[j]!, 0)) as never
  }
  const first = fit(points.map((p) => p.x - mx))
  const second = fit(points.map((p) => my - p.y))
  if (!(Math.hypot(...first) > 1e-6) || !(Math.hypot(...second) > 1e-6)) return null
  // The two rows are made orthogonal without preferring one: unit vectors' sum and difference are perpendicular.
  const sum = combine(unit(first), 1, unit(second), 1)
  const difference = combine(unit(first), 1, unit(second), -1)
  if (!(Math.hypot(...sum) > 1e-6) || !(Math.hypot(...difference) > 1e-6)) return null
  const x = combine(unit(sum), Math.SQRT1_2, unit(difference), Math.SQRT1_2)
  const y = combine(unit(sum), Math.SQRT1_2, unit(difference), -Math.SQRT1_2)
  const z = cross(x, y)
  const degrees = 180 / Math.PI
  // R = Rz(roll) Ry(yaw) Rx(pitch)
  return {
    yaw: Math.asin(Math.max(-1, Math.min(1, -z[0]))) * degrees,
    pitch: Math.atan2(z[1], z[2]) * degrees,
    roll: Math.atan2(y[0], x[0]) * degrees,
  }
}
