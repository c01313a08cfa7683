// 68 points of a face in the aligned frame: what they are, how they mirror, and when they are no use as labels.

/** Side of the frame that points are measured in, whatever the size of the picture. */
export const FRAME = 112
export const POINTS = 68

/**
 * iBUG-68 in the order of the scheme, x0, y0, x1, y1, …: 136 numbers in pixels of the aligned 112 px frame (ArcFace
 * template; pixel centres at +0.5, the frame spans 0..112). Points may lie outside.
 */
export type Points = Float32Array

/** First and last number of a part, both included. */
export const PARTS = {
  jaw: [0, 16],
  leftBrow: [17, 21],
  rightBrow: [22, 26],
  bridge: [27, 30],
  nostrils: [31, 35],
  leftEye: [36, 41],
  rightEye: [42, 47],
  outerLip: [48, 59],
  innerLip: [60, 67],
} as const satisfies Record<string, readonly [number, number]>

// prettier-ignore
/** Points that change places in a mirror; the others (8, 27-30, 33, 51, 57, 62, 66) stay. */
const PAIRS = [
  [0, 16], [1, 15], [2, 14], [3, 13], [4, 12], [5, 11], [6, 10], [7, 9],
  [17, 26], [18, 25], [19, 24], [20, 23], [21, 22],
  [31, 35], [32, 34],
  [36, 45], [37, 44], [38, 43], [39, 42], [40, 47], [41, 46],
  [48, 54], [49, 53], [50, 52], [55, 59], [56, 58], [60, 64], [61, 63], [65, 67],
] as const

/** `MIRROR[n]`: which point stands in n's place when the picture is mirrored. */
export const MIRROR: readonly number[] = (() => {
  const order = Array.from({ length: POINTS }, (_, n) => n)
  for (const [a, b] of PAIRS) [order[a], order[b]] = [b, a]
  return order
})()

/** The points of the mirrored picture. */
export function mirrorPoints(points: Points): Points {
  const out = new Float32Array(2 * POINTS)
  for (const [n, from] of MIRROR.entries()) {
    out[2 * n] = FRAME - points[2 * from]!
    out[2 * n + 1] = points[2 * from + 1]!
  }
  return out
}

export interface Vec {
  readonly x: number
  readonly y: number
}
export const pointAt = (points: Points, n: number): Vec => ({ x: points[2 * n]!, y: points[2 * n + 1]! })

/** Mean of the points from `first` to `last`. */
export function centre(points: Points, [first, last]: readonly [number, number]): Vec {
  let [x, y] = [0, 0]
  for (let n = first; n <= last; n++) {
    x += points[2 * n]!
    y += points[2 * n + 1]!
  }
  const count = last - first + 1
  return { x: x / count, y: y / count }
}

/** Eyes, nose tip and mouth corners among the 68, in the order of the alignment's five points. */
export const fiveOf = (points: Points): readonly [Vec, Vec, Vec, Vec, Vec] => [
  centre(points, PARTS.leftEye),
  centre(points, PARTS.rightEye),
  pointAt(points, 30),
  pointAt(points, 48),
  pointAt(points, 54),
]

/** Distance of the eyes in the template that faces are aligned to, in the 112 px frame. */
export const TEMPLATE_EYES = Math.hypot(73.5318 - 38.2946, 51.5014 - 51.6963)

export interface UseOptions {
  /** Largest deviation of the distance of the eyes from the template's. Default 0.25. */
  readonly eyes?: number
  /**
   * How many pixels outside the frame a point may lie. Default 12: the template cuts most people's chins off, and that
   * far down the landmark network is shown (black) ground. 0 leaves out whoever shows no whole chin.
   */
  readonly margin?: number
}
/** `eyes`: too near or too far from each other. `outside`: a point beyond the margin. `missing`: not numbers. */
export type Unfit = 'missing' | 'eyes' | 'outside'

/** Why points are no labels to learn from, or null where they are. */
export function whyUnfit(points: Points, { eyes = 0.25, margin = 12 }: UseOptions = {}): Unfit | null {
  if (points.length !== 2 * POINTS || points.some((v) => !Number.isFinite(v))) return 'missing'
  const [left, right] = fiveOf(points)
  const distance = Math.hypot(right.x - left.x, right.y - left.y)
  if (Math.abs(distance / TEMPLATE_EYES - 1) > eyes) return 'eyes'
  return points.some((v) => v < -margin || v > FRAME + margin) ? 'outside' : null
}
