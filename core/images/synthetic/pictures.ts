// Draws the parts of a hallucination that are no face themselves: where samples differ, landmarks, parsing.
import type { Rgba } from '../../contract/common.ts'
import { LANDMARK_LEGEND } from '../../contract/overlays.ts'
import { parsingOverlay } from '../overlays.ts'
import type { Image8 } from '../pixels.ts'
import { resize } from '../resample.ts'
import { MARKED_SIDE } from './lattice.ts'

/** Standard deviation in 8-bit steps that is drawn white. */
export const FULL_SPREAD = 32
/** Radius of a landmark's dot in pixels of the marked picture. */
const DOT = 3
const PARSING_GRID = 28

const enlarged = (face: Image8): Image8 => resize(face, MARKED_SIDE, MARKED_SIDE, 'bicubic')

/** Black where all samples agree, white where they differ by FULL_SPREAD or more. @param spread [size, size] */
export function spreadPicture(spread: Float32Array, size: number): Image8 {
  const data = new Uint8ClampedArray(size * size * 3)
  for (let i = 0; i < size * size; i++) data.fill((255 * spread[i]!) / FULL_SPREAD, 3 * i, 3 * i + 3)
  return { width: size, height: size, data: new Uint8Array(data.buffer) }
}

/** The face with a dot at every landmark in the colour of its group. @param landmarks 68 pairs x, y in pixels of `face` */
export function landmarksPicture(face: Image8, landmarks: Float32Array): Image8 {
  const picture = enlarged(face)
  const data = new Uint8Array(picture.data)
  const scale = MARKED_SIDE / face.width
  for (const { colour, points } of LANDMARK_LEGEND)
    for (let n = points[0]; n <= points[1]; n++) {
      const [cx, cy] = [Math.round(landmarks[2 * n]! * scale), Math.round(landmarks[2 * n + 1]! * scale)]
      for (let y = Math.max(0, cy - DOT); y <= Math.min(MARKED_SIDE - 1, cy + DOT); y++)
        for (let x = Math.max(0, cx - DOT); x <= Math.min(MARKED_SIDE - 1, cx + DOT); x++)
          if ((x - cx) ** 2 + (y - cy) ** 2 <= DOT * DOT) data.set(colour, (y * MARKED_SIDE + x) * 3)
    }
  return { width: MARKED_SIDE, height: MARKED_SIDE, data }
}

/** The face under the parsing map. @param labels [28, 28] */
export const parsingPicture = (face: Image8, labels: Uint8Array): Image8 =>
  over(enlarged(face), parsingOverlay(labels, PARSING_GRID, MARKED_SIDE))

/** A picture under a translucent one of the same size. */
function over({ width, height, data }: Image8, cover: Rgba): Image8 {
  const out = new Uint8Array(data)
  for (let i = 0; i < width * height; i++) {
    const share = cover.data[4 * i + 3]! / 255
    for (let c = 0; c < 3; c++)
      out[3 * i + c] = Math.round(out[3 * i + c]! * (1 - share) + cover.data[4 * i + c]! * share)
  }
  return { width, height, data: out }
}
