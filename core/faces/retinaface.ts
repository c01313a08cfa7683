// The detector's network: one square of pixels in, the faces of that square out.
import { UserFacingError } from '../contract/errors.ts'
import type { Image8 } from '../images/pixels.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { decodeStride } from './anchors.ts'
import { place, type Detection } from './geometry.ts'
import { suppress } from './suppress.ts'

/** Finds faces in one small picture; what tiling needs to know of a network. */
export interface TileDetector {
  /** Longest side it can take, in pixels. */
  readonly side: number
  /** @param tile at most side x side; @returns faces in tile pixels, strongest first, one per face */
  look(tile: Image8, threshold: number): Promise<Detection[]>
}

const STRIDES = [32, 16, 8]
const output = (kind: 'cls_prob_reshape' | 'bbox_pred' | 'landmark_pred', stride: number): string =>
  `face_rpn_${kind}_stride${stride}`

/** Planar RGB 0..255 of a tile in a black side x side square, its upper left corner at (left, top). */
export function planar(tile: Image8, side: number, left = 0, top = 0): Float32Array {
  const plane = side * side
  const out = new Float32Array(3 * plane)
  for (let y = 0, from = 0; y < tile.height; y++)
    for (let x = 0, to = (y + top) * side + left; x < tile.width; x++, to++, from += 3) {
      out[to] = tile.data[from]!
      out[to + plane] = tile.data[from + 1]!
      out[to + 2 * plane] = tile.data[from + 2]!
    }
  return out
}

/**
 * Wraps a RetinaFace mnet025 session (input 1 x 3 x side x side, RGB 0..255; nine output maps).
 * @param options.landmarkScale 0.2 for the shipped weights (v2)
 * @throws UserFacingError 'wrong-model' where the file is another network
 */
export function retinaface(session: OnnxSession, { landmarkScale = 0.2 } = {}): TileDetector {
  const input = session.inputs[0]
  const side = Number(input?.dims[2])
  const names = new Set(session.outputs.map((port) => port.name))
  const complete = STRIDES.every((stride) => names.has(output('landmark_pred', stride)))
  if (!input || !complete || !(side > 0) || side % 32 !== 0 || input.dims[3] !== side)
    throw new UserFacingError('wrong-model', 'This file is not the face detector the application knows how to read.')

  return {
    side,
    async look(tile, threshold) {
      if (tile.width > side || tile.height > side) throw new RangeError(`tile of ${tile.width} x ${tile.height} px`)
      // In the middle: a face that fills its picture is found more often with room on every side.
      const left = Math.floor((side - tile.width) / 2)
      const top = Math.floor((side - tile.height) / 2)
      const data = planar(tile, side, left, top)
      const maps = await session.run({ [input.name]: { dims: [1, 3, side, side], data } })
      const found = STRIDES.flatMap((stride) => {
        const points = maps[output('landmark_pred', stride)]!
        return decodeStride(
          {
            scores: maps[output('cls_prob_reshape', stride)]!.data,
            boxes: maps[output('bbox_pred', stride)]!.data,
            points: points.data,
            rows: points.dims[2]!,
            columns: points.dims[3]!,
          },
          stride,
          threshold,
          landmarkScale,
        )
      })
      return suppress(found).map((face) => place(face, 1, -left, -top))
    },
  }
}
