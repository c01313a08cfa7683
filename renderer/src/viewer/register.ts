// Lays a candidate's picture over the probe: the similarity transform between two faces' points.
import type { Box, FivePoints, Point } from '../../../core/contract/common.ts'
import { interEye } from './marks.ts'

/** x' = a·x − b·y + tx, y' = b·x + a·y + ty: uniform scale √(a²+b²), rotation atan2(b, a), then a shift. */
export interface Registration {
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}
export const scaleOf = ({ a, b }: Registration): number => Math.hypot(a, b)
export const applied = ({ a, b, tx, ty }: Registration, { x, y }: Point): Point => ({
  x: a * x - b * y + tx,
  y: b * x + a * y + ty,
})

/**
 * Least-squares similarity that takes `from` to `to` (closed form in two dimensions; Umeyama, PAMI 13(4), 1991, eq. 40-43,
 * without reflection). With two points it is exact. Null when all of `from` coincide.
 */
export function similarity(from: readonly Point[], to: readonly Point[]): Registration | null {
  const p = mean(from)
  const q = mean(to)
  let dot = 0
  let cross = 0
  let spread = 0
  from.forEach((f, i) => {
    const [fx, fy] = [f.x - p.x, f.y - p.y]
    const [gx, gy] = [to[i]!.x - q.x, to[i]!.y - q.y]
    dot += fx * gx + fy * gy
    cross += fx * gy - fy * gx
    spread += fx * fx + fy * fy
  })
  if (!(spread > 0)) return null
  const a = dot / spread
  const b = cross / spread
  return { a, b, tx: q.x - a * p.x + b * p.y, ty: q.y - b * p.x - a * p.y }
}

/** Eyes nearer together than this part of the face's own spread (a profile) cannot carry scale and rotation. */
const PROFILE = 0.35

/**
 * The candidate over the probe so that both eyes coincide exactly; for profiles, where the eyes nearly coincide already,
 * by all five points. Null when it cannot be computed.
 */
export function onEyes(candidate: FivePoints, probe: FivePoints): Registration | null {
  const both = [candidate, probe].every((points) => interEye(points) > PROFILE * spreadOf(points))
  const found = both ? similarity(candidate.slice(0, 2), probe.slice(0, 2)) : similarity(candidate, probe)
  return found && scaleOf(found) > 1e-6 ? found : null
}

/** The same size, middle of the eyes on middle of the eyes, not turned: for looking at two faces beside each other. */
export function upright(candidate: FivePoints, probe: FivePoints): Registration | null {
  const turned = onEyes(candidate, probe)
  if (!turned) return null
  const a = scaleOf(turned)
  const p = mean(candidate.slice(0, 2))
  const q = mean(probe.slice(0, 2))
  return { a, b: 0, tx: q.x - a * p.x, ty: q.y - a * p.y }
}

/** Without points: the candidate's whole picture as high as the probe's box with its margin, middle on middle. */
export function byBox(picture: Box, probe: Box, margin: number): Registration {
  const a = (probe.height * (1 + 2 * margin)) / picture.height
  return {
    a,
    b: 0,
    tx: probe.x + probe.width / 2 - a * (picture.x + picture.width / 2),
    ty: probe.y + probe.height / 2 - a * (picture.y + picture.height / 2),
  }
}

const mean = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, p) => sum + p.x, 0) / points.length,
  y: points.reduce((sum, p) => sum + p.y, 0) / points.length,
})
function spreadOf(points: FivePoints): number {
  const m = mean(points)
  return Math.sqrt(points.reduce((sum, p) => sum + (p.x - m.x) ** 2 + (p.y - m.y) ** 2, 0) / points.length)
}
