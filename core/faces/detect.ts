// Finds the faces of a photograph of any size, the small ones too: enlarges, cuts into tiles, looks, joins.
import type { Image8 } from '../images/pixels.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { clip, place, type Detection } from './geometry.ts'
import { retinaface, type TileDetector } from './retinaface.ts'
import { squares, type Square } from './squares.ts'
import { join } from './suppress.ts'
import { planLevels } from './tiles.ts'

export type { Detection } from './geometry.ts'

export interface DetectOptions {
  /** Largest enlargement: faces of about 40 / this many pixels are still found. */
  maxEnlargement: 1 | 2 | 4
  /** Least score, 0..1. */
  threshold: number
  signal?: AbortSignal
  /** After every tile. */
  progress?: (done: number, total: number) => void
}

export interface Detector {
  /** @returns faces in pixels of the image, strongest first; boxes lie inside the image, points may lie outside */
  detect(image: Image8, options: DetectOptions): Promise<Detection[]>
  /** The network under the tiling, for one picture of at most `side` pixels. */
  readonly tiles: TileDetector
}

/** Does a face touch a side of its tile beyond which the photograph goes on? Then it is cut, and whole elsewhere. */
function isCut({ box }: Detection, { level, tile }: Square): boolean {
  const edge = 2
  return (
    (box.x < edge && tile.x > 0) ||
    (box.y < edge && tile.y > 0) ||
    (box.x + box.width > tile.width - edge && tile.x + tile.width < level.width) ||
    (box.y + box.height > tile.height - edge && tile.y + tile.height < level.height)
  )
}

async function detect(
  detector: TileDetector,
  image: Image8,
  { maxEnlargement, threshold, signal, progress }: DetectOptions,
): Promise<Detection[]> {
  const levels = planLevels(image.width, image.height, { side: detector.side, maxEnlargement })
  const total = levels.reduce((sum, level) => sum + level.tiles.length, 0)
  const found: Detection[] = []
  let done = 0
  const collect = (square: Square, faces: Detection[]): void => {
    const { level, tile } = square
    const sx = level.width / image.width
    for (const face of faces) if (!isCut(face, square)) found.push(place(face, 1 / sx, tile.x / sx, tile.y / sx))
    progress?.(++done, total)
  }
  // While the network looks at one tile, the next is cut and enlarged.
  let before: Promise<void> = Promise.resolve()
  for (const square of squares(image, levels)) {
    signal?.throwIfAborted()
    const running = detector.look(square.pixels, threshold)
    running.catch(() => undefined)
    await before
    before = running.then((faces) => collect(square, faces))
    before.catch(() => undefined)
  }
  await before
  return join(found).flatMap((face) => {
    const box = clip(face.box, image.width, image.height)
    return box === null ? [] : [{ ...face, box }]
  })
}

/** @param detector a network for single tiles; see `retinaface` */
export const createTiledDetector = (detector: TileDetector): Detector => ({
  tiles: detector,
  detect: (image, options) => detect(detector, image, options),
})

/** The detector over the shipped RetinaFace network. */
export const createDetector = (session: OnnxSession): Detector => createTiledDetector(retinaface(session))
