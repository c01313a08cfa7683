// The six group photographs of @vladmandic/face-api (MIT) with the places of their 22 faces, each checked by eye.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { appRoot } from '../../core/base/root.ts'
import type { Box } from '../../core/contract/common.ts'
import { decodeImage } from '../../core/images/decode.ts'
import type { Image8 } from '../../core/images/pixels.ts'

/** x, y, width, height in pixels of the full-size photograph. */
const places: [number, number, number, number][][] = [
  [
    [1469, 206, 203, 214],
    [820, 422, 211, 234],
    [415, 354, 182, 249],
  ],
  [
    [1447, 159, 203, 232],
    [354, 123, 182, 294],
    [904, 267, 157, 187],
  ],
  [
    [589, 314, 207, 288],
    [1070, 206, 227, 299],
    [1489, 292, 212, 284],
  ],
  [
    [660, 62, 192, 241],
    [981, 178, 181, 239],
    [263, 208, 182, 224],
    [1263, 156, 176, 228],
  ],
  [
    [1400, 385, 205, 286],
    [592, 417, 180, 249],
    [373, 868, 210, 300],
    [1112, 210, 172, 230],
    [784, 105, 172, 238],
  ],
  [
    [1480, 262, 218, 294],
    [255, 480, 223, 285],
    [1174, 314, 206, 277],
    [670, 327, 209, 304],
  ],
]

export interface GroupPhoto {
  name: string
  image: Image8
  faces: Box[]
  /** Median height of its faces in pixels. */
  faceHeight: number
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const groupPhotos = (): Promise<GroupPhoto[]> =>
  Promise.all(
    places.map(async (rows, k) => {
      const name = `sample${k + 1}.jpg`
      const bytes = readFileSync(path.join(appRoot, 'node_modules/@vladmandic/face-api/demo', name))
      const faces = rows.map(([x, y, width, height]) => ({ x, y, width, height }))
      return {
        name,
        image: (await decodeImage(bytes, name)).image,
        faces,
        faceHeight: median(faces.map((face) => face.height)),
      }
    }),
  )
