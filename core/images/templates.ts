// Where eyes, nose and mouth corners belong in the square a recogniser sees.
import type { FivePoints } from '../contract/common.ts'
import type { PixelContract } from '../contract/models.ts'

/** insightface's five points in a 112 px square (image-left eye, image-right eye, nose, mouth corners), pixel indices. */
const arcface112 = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
] as const

/**
 * dlib's mean face in the unit square (image_transforms/interpolation.h, get_face_chip_details: mean_face_shape_x/y,
 * parts 17..67 of the 68-point scheme). An eye is the mean of its six points (36-41, 42-47), the nose tip is point 30,
 * the mouth corners are points 48 and 54.
 */
const dlibMeanFace = [
  [0.225491833, 0.215987833],
  [0.754764, 0.215987833],
  [0.490127, 0.515625],
  [0.254149, 0.780233],
  [0.726104, 0.780233],
] as const
/** The padding dlib's own face recognition example asks for on each side, as a share of the mean face's square. */
const dlibPadding = 0.25

/**
 * Template points in pixel indices (the centre of the first pixel is 0, as in OpenCV and dlib) of a size x size crop.
 *
 * arcface-112: insightface's points times size/112. dlib-chip-150: (padding + mean face) / (1 + 2 padding) times size,
 * as get_face_chip_details computes it; the network was trained on chips of 150 px with padding 0.25.
 */
export function templatePoints(alignment: PixelContract['alignment'], size: number): FivePoints {
  const at =
    alignment === 'arcface-112'
      ? (value: number) => (value * size) / 112
      : (value: number) => ((dlibPadding + value) / (1 + 2 * dlibPadding)) * size
  const points = (alignment === 'arcface-112' ? arcface112 : dlibMeanFace).map(([x, y]) => ({ x: at(x), y: at(y) }))
  return points as unknown as FivePoints
}
