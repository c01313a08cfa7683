// Fits the rotation, scale and shift that take a face's five points to a template's.
import type { FivePoints, Point } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'

/** Rows of a 2 x 3 matrix [a, b, c, d, e, f]: x' = a x + b y + c, y' = d x + e y + f. */
export type Affine = readonly [number, number, number, number, number, number]

/**
 * Least-squares similarity (rotation, uniform scale, shift; no reflection) from one set of points to the other. In two
 * dimensions the closed form equals Umeyama's (IEEE PAMI 13(4), 1991, eq. 40-42) wherever no reflection is better.
 * Throws UserFacingError 'insufficient' where the points span nothing.
 */
export function similarity(from: FivePoints, to: FivePoints): Affine {
  const n = from.length
  let sx = 0
  let sy = 0
  let tx = 0
  let ty = 0
  for (let k = 0; k < n; k++) {
    sx += from[k]!.x / n
    sy += from[k]!.y / n
    tx += to[k]!.x / n
    ty += to[k]!.y / n
  }
  let spread = 0
  let dot = 0
  let cross = 0
  for (let k = 0; k < n; k++) {
    const x = from[k]!.x - sx
    const y = from[k]!.y - sy
    const u = to[k]!.x - tx
    const v = to[k]!.y - ty
    spread += x * x + y * y
    dot += x * u + y * v
    cross += x * v - y * u
  }
  const a = dot / spread
  const b = cross / spread
  if (!(spread > 1e-6) || !Number.isFinite(a + b) || Math.hypot(a, b) < 1e-9)
    throw new UserFacingError(
      'insufficient',
      'The five points do not span a face: place the eyes, the nose and the mouth corners apart from each other.',
    )
  return [a, -b, tx - a * sx + b * sy, b, a, ty - b * sx - a * sy]
}

/** The inverse map. Throws RangeError where there is none. */
export function invert(m: Affine): Affine {
  const det = m[0] * m[4] - m[1] * m[3]
  if (!Number.isFinite(det) || det === 0) throw new RangeError('this affine map has no inverse')
  const a = m[4] / det
  const b = -m[1] / det
  const d = -m[3] / det
  const e = m[0] / det
  return [a, b, -(a * m[2] + b * m[5]), d, e, -(d * m[2] + e * m[5])]
}

/** First `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer
  const [p, q, r, s, t, u] = inner
  return [a * p + b * s, a * q + b * t, a * r + b * u + c, d * p + e * s, d * q + e * t, d * r + e * u + f]
}

export const applyTo = (m: Affine, p: Point): Point => ({
  x: m[0] * p.x + m[1] * p.y + m[2],
  y: m[3] * p.x + m[4] * p.y + m[5],
})

/** Lengths grow by this factor: the square root of the determinant's size. */
export const scaleOf = (m: Affine): number => Math.sqrt(Math.abs(m[0] * m[4] - m[1] * m[3]))
