// Eleven label pictures of one photograph → one map of classes over the aligned face.
import { UserFacingError } from '../contract/errors.ts'
import { applyTo, invert, type Affine } from '../images/similarity.ts'
import { decodeFile } from './images.ts'
import { IGNORE, mirrorClass } from './priors/parsing.ts'
import type { FoundFile } from './walk.ts'

export interface Placement {
  /** Pixel indices of the photograph → pixel indices of the aligned square. */
  readonly matrix: Affine
  /** Side of that square. */
  readonly side: number
  /** Of the photograph. */
  readonly width: number
  readonly height: number
}

/**
 * For every cell the class that is most probable at the nearest pixel of the label pictures; cells outside them, and
 * those where every probability is 0, are 255.
 * @param files one picture per class, 0 = not at all, 255 = surely
 * @param grid cells a side
 * @throws UserFacingError 'unreadable-file' where the pictures' sizes do not fit the photograph
 */
export async function parsingOf(files: readonly FoundFile[], placement: Placement, grid: number): Promise<Uint8Array> {
  const map = new Uint8Array(grid * grid).fill(IGNORE)
  const best = new Uint8Array(grid * grid)
  let places: Int32Array | null = null
  let size: { width: number; height: number } | null = null
  for (const [label, file] of files.entries()) {
    const { width, height, data } = await decodeFile(file.path, file.name, 'any')
    if (size && (size.width !== width || size.height !== height)) throw unlike(file, width, height)
    size = { width, height }
    places ??= cells(placement, width, height, grid, file)
    for (const [cell, place] of places.entries()) {
      const probability = place < 0 ? 0 : data[3 * place]!
      if (probability <= best[cell]!) continue
      best[cell] = probability
      map[cell] = label
    }
  }
  return leftIsLeft(map, grid)
}

/** Pixel of a label picture under every cell, or -1. */
function cells(
  { matrix, side, width, height }: Placement,
  w: number,
  h: number,
  grid: number,
  file: FoundFile,
): Int32Array {
  // Labels come in the photograph's size and in a smaller one.
  if (Math.abs(w / width / (h / height) - 1) > 0.01) throw unlike(file, w, h)
  const back = invert(matrix)
  return Int32Array.from({ length: grid * grid }, (_, cell) => {
    const centre = (k: number): number => ((k + 0.5) * side) / grid - 0.5
    const source = applyTo(back, { x: centre(cell % grid), y: centre(Math.floor(cell / grid)) })
    const [x, y] = [Math.floor(((source.x + 0.5) * w) / width), Math.floor(((source.y + 0.5) * h) / height)]
    return x >= 0 && y >= 0 && x < w && y < h ? y * w + x : -1
  })
}

const unlike = (file: FoundFile, width: number, height: number): UserFacingError =>
  new UserFacingError(
    'unreadable-file',
    `"${file.name}" is ${width} x ${height} px, which does not fit its photograph; get labels of the same edition.`,
    { subject: file.name },
  )

/** The set does not say whose left it means: the brow and eye on the left of the picture are 2 and 4. */
function leftIsLeft(map: Uint8Array, grid: number): Uint8Array {
  const middle = (...labels: number[]): number => {
    const places = [...map.keys()].filter((cell) => labels.includes(map[cell]!))
    return places.reduce((sum, cell) => sum + (cell % grid), 0) / places.length
  }
  return middle(2, 4) > middle(3, 5) ? map.map(mirrorClass) : map
}
