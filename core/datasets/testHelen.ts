// A miniature of the Helen set in its documented layout: drawn discs for eyes, nose and mouth, no picture of anyone.
import { encodePng } from '../images/encode.ts'
import type { Image8 } from '../images/pixels.ts'
import { picture } from '../images/testPatterns.ts'
import { put } from './testFaces.ts'

/** Where a drawn face stands in its photograph. */
export interface Drawn {
  readonly width: number
  readonly height: number
  /** Of the nose's tip, in pixel indices. */
  readonly x: number
  readonly y: number
  /** Pixels of the photograph per pixel of the aligned 112 px template. */
  readonly scale: number
  readonly turn: number
}
export const DRAWN: Drawn = { width: 140, height: 170, x: 70, y: 90, scale: 1.05, turn: 0.2 }

/** Centres in the 112 px template (indices): the five points of alignment. */
const FIVE = {
  left: [38.2946, 51.6963],
  right: [73.5318, 51.5014],
  nose: [56.0252, 71.7366],
  mouthLeft: [41.5493, 92.3655],
  mouthRight: [70.7299, 92.2041],
} as const

/** Template → photograph. */
function place({ x, y, scale, turn }: Drawn, [u, v]: readonly [number, number]): [number, number] {
  const [a, b] = [scale * (u - FIVE.nose[0]), scale * (v - FIVE.nose[1])]
  return [x + a * Math.cos(turn) - b * Math.sin(turn), y + a * Math.sin(turn) + b * Math.cos(turn)]
}

/** The 194 points: eyes and nose as rings around their centres, mouth corners 58 and 73, the others around the face. */
export function pointsOf(drawn: Drawn): [number, number][] {
  const ring = (n: number, first: number, last: number, centre: readonly [number, number], r: number) => {
    const angle = (2 * Math.PI * (n - first)) / (last - first + 1)
    return place(drawn, [centre[0] + r * Math.cos(angle), centre[1] + r * Math.sin(angle)])
  }
  return Array.from({ length: 194 }, (_, n) => {
    if (n >= 134 && n <= 153) return ring(n, 134, 153, FIVE.left, 4)
    if (n >= 114 && n <= 133) return ring(n, 114, 133, FIVE.right, 4)
    if (n >= 41 && n <= 57) return ring(n, 41, 57, FIVE.nose, 5)
    if (n === 58) return place(drawn, FIVE.mouthLeft)
    if (n === 73) return place(drawn, FIVE.mouthRight)
    return ring(n, 0, 193, [56, 65], 40)
  })
}
export const annotationOf = (name: string, drawn = DRAWN): string =>
  [name, ...pointsOf(drawn).map(([x, y]) => `${x.toFixed(6)} , ${y.toFixed(6)}`)].join('\n')

/** Discs of the template by class; the first that holds a place counts. Left and right as `mirrored` says. */
const discs = (mirrored: boolean): readonly (readonly [number, readonly [number, number], number])[] => [
  [mirrored ? 5 : 4, FIVE.left, 6],
  [mirrored ? 4 : 5, FIVE.right, 6],
  [mirrored ? 3 : 2, [FIVE.left[0], 40], 5],
  [mirrored ? 2 : 3, [FIVE.right[0], 40], 5],
  [6, FIVE.nose, 8],
  [8, [56, 92], 7],
  [1, [56, 66], 44],
]
/** Class of every pixel of the photograph at `share` of its size. */
function classes(drawn: Drawn, share: number, mirrored: boolean): { w: number; h: number; labels: Uint8Array } {
  const [w, h] = [Math.round(drawn.width * share), Math.round(drawn.height * share)]
  const labels = new Uint8Array(w * h)
  for (const [label, centre, r] of discs(mirrored).toReversed()) {
    const [u, v] = place(drawn, centre).map((at) => (at + 0.5) * share - 0.5) as [number, number]
    const radius = (r * drawn.scale * share) ** 2
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) if ((x - u) ** 2 + (y - v) ** 2 <= radius) labels[y * w + x] = label
  }
  return { w, h, labels }
}
/** One colour per class. */
export function photograph(drawn = DRAWN): Image8 {
  const { w, h, labels } = classes(drawn, 1, false)
  return picture(w, h, (x, y) => {
    const label = labels[y * w + x]!
    return [20 + 20 * label, 240 - 20 * label, 100]
  })
}

/** Eleven label pictures, `share` of the photograph's size. @param mirrored the set's left is the person's left */
export function labelPictures(drawn = DRAWN, { share = 1, mirrored = false } = {}): Image8[] {
  const { w, h, labels } = classes(drawn, share, mirrored)
  // Soft: the right class is the most probable, not the only one.
  return Array.from({ length: 11 }, (_, label) =>
    picture(w, h, (x, y) => {
      const value = labels[y * w + x] === label ? 200 : label === 1 ? 50 : 0
      return [value, value, value]
    }),
  )
}

interface Options {
  readonly number?: number
  readonly drawn?: Drawn
  readonly share?: number
  readonly mirrored?: boolean
  readonly labels?: boolean
}
const drawnBefore = new Map<string, Promise<Uint8Array[]>>()
/** The photograph and its label pictures as files, drawn once. */
function filesOf({ drawn = DRAWN, share = 1, mirrored = false }: Options): Promise<Uint8Array[]> {
  const key = JSON.stringify([drawn, share, mirrored])
  const files =
    drawnBefore.get(key) ??
    Promise.all(
      [photograph(drawn), ...labelPictures(drawn, { share, mirrored })].map(async (image) =>
        Uint8Array.from(await encodePng(image)),
      ),
    )
  drawnBefore.set(key, files)
  return files
}

/** Writes one face of the set below a folder. */
export async function putHelen(root: string, name: string, options: Options = {}): Promise<void> {
  const { number = 1, labels = true } = options
  const [picture, ...eleven] = await filesOf(options)
  const folder = `SmithCVPR2013_dataset_original/labels/${name}`
  await put(root, {
    [`annotation/${number}.txt`]: annotationOf(name, options.drawn),
    [`train/${name}.jpg`]: picture!,
    ...(labels
      ? Object.fromEntries(eleven.map((file, k) => [`${folder}/${name}_lbl${String(k).padStart(2, '0')}.png`, file]))
      : {}),
  })
}
