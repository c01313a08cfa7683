// Several made-up faces for one probe: the same pixels cut out a little differently each time, and what they agree on.
import type { Box, FivePoints } from '../contract/common.ts'
import { alignFace, alignment, invert, nativeSide, type Affine } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'
import { applyTo, compose, scaleOf } from '../images/similarity.ts'
import { warpHeld } from '../images/warpHeld.ts'
import type { Hallucinator } from './hallucinator.ts'

/**
 * How much a cut is moved: what a person or a detector may be wrong by when they place five points on a tiny face.
 * Standard deviations; lengths as a share of the face's side.
 */
export const JITTER = { shift: 0.02, turn: (2 * Math.PI) / 180, scale: 0.02 } as const

export interface HallucinateOptions {
  /** Faces that are made; the first of them of the points as they are. */
  readonly samples: number
  /** Of the moves; equal seeds give equal faces. */
  readonly seed: number
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number) => void
}
export interface Hallucinated {
  /** Side of a made-up face in pixels. */
  readonly size: number
  /** Side in source pixels of the square that was enlarged. */
  readonly nativeSide: number
  /** The smallest upright box around that square, in pixels of the source. */
  readonly region: Box
  /** [size, size, 3] each, all in the place of the first. */
  readonly faces: readonly Uint8Array[]
  readonly mean: Uint8Array
  /** [size, size]: standard deviation over the faces, mean of the three channels, in 8-bit steps. */
  readonly spread: Float32Array
  /** Of the first face: [grid, grid, 68] and [grid, grid]. */
  readonly heatmaps: Float32Array
  readonly parsing: Uint8Array
  readonly grid: number
}

/**
 * @param image the oriented original @param points in its pixels, centres at +0.5 (contract)
 * @throws UserFacingError 'insufficient' where the points span nothing
 */
export async function hallucinate(
  hallucinator: Hallucinator,
  image: Image8,
  points: FivePoints,
  { samples, seed, signal, progress }: HallucinateOptions,
): Promise<Hallucinated> {
  const { pixels } = hallucinator
  const { size } = pixels
  const place = alignment(points, pixels)
  const side = nativeSide(points, pixels)
  const first = await hallucinator.run(alignFace(image, points, pixels), side)
  const faces = [first.image.data]
  progress?.(1, samples)
  for (let k = 1; k < samples; k++) {
    // A made-up face takes long enough for the worker to be asked to stop in between.
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    const moved = jittered(points, size / scaleOf(place), seed, k)
    const made = await hallucinator.run(alignFace(image, moved, pixels), side)
    faces.push(warpHeld(made.image, compose(alignment(moved, pixels), invert(place))).data)
    progress?.(k + 1, samples)
  }
  const { mean, spread } = statistics(faces)
  return {
    size,
    nativeSide: side,
    region: regionOf(place, size),
    faces,
    mean,
    spread,
    heatmaps: first.heatmaps,
    parsing: first.parsing,
    grid: hallucinator.grid,
  }
}

/** The points turned, scaled and shifted about their middle. @param side of the face in source pixels */
function jittered(points: FivePoints, side: number, seed: number, k: number): FivePoints {
  const draw = random(seed, k)
  const turn = draw.normal() * JITTER.turn
  const scale = Math.exp(draw.normal() * JITTER.scale)
  const [dx, dy] = [draw.normal() * JITTER.shift * side, draw.normal() * JITTER.shift * side]
  const mx = points.reduce((sum, p) => sum + p.x, 0) / points.length
  const my = points.reduce((sum, p) => sum + p.y, 0) / points.length
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale]
  return points.map(({ x, y }) => ({
    x: mx + dx + cos * (x - mx) - sin * (y - my),
    y: my + dy + sin * (x - mx) + cos * (y - my),
  })) as unknown as FivePoints
}

/** Mean and standard deviation (of the samples themselves, n in the denominator) of every pixel. */
export function statistics(faces: readonly Uint8Array[]): { mean: Uint8Array; spread: Float32Array } {
  const length = faces[0]!.length
  const mean = new Uint8Array(length)
  const spread = new Float32Array(length / 3)
  for (let i = 0; i < length; i++) {
    let [sum, squares] = [0, 0]
    for (const face of faces) {
      sum += face[i]!
      squares += face[i]! * face[i]!
    }
    const middle = sum / faces.length
    mean[i] = Math.round(middle)
    spread[Math.floor(i / 3)]! += Math.sqrt(Math.max(0, squares / faces.length - middle * middle)) / 3
  }
  return { mean, spread }
}

function regionOf(place: Affine, size: number): Box {
  const back = invert(place)
  const corners = [
    { x: -0.5, y: -0.5 },
    { x: size - 0.5, y: -0.5 },
    { x: -0.5, y: size - 0.5 },
    { x: size - 0.5, y: size - 0.5 },
  ].map((p) => applyTo(back, p))
  // Pixel indices have their first centre at 0, the contract's at +0.5.
  const xs = corners.map((p) => p.x + 0.5)
  const ys = corners.map((p) => p.y + 0.5)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}
