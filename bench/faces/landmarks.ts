// How far a detector's five points are from where they are known to be, by the face's height.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { THRESHOLD } from '../../core/faces/analyse.ts'
import type { Detector } from '../../core/faces/detect.ts'
import { resize } from '../../core/images/resample.ts'
import { head, row } from './figures.ts'
import { median } from './groupPhotos.ts'
import { lfwOriginals, read, shared } from './lfwOriginals.ts'

const COUNT = 40

/** Points of the reference set's photographs (250 x 250 px), placed by another detector: five [x, y] per file. */
export function knownPoints(): Map<string, [number, number][]> | null {
  const file = shared('faces', 'landmarks5.csv')
  if (!existsSync(file)) return null
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1)
  return new Map(
    rows.map((line) => {
      const [name = '', , ...values] = line.split(',')
      return [name, [0, 1, 2, 3, 4].map((k) => [Number(values[2 * k]), Number(values[2 * k + 1])])] as const
    }) as [string, [number, number][]][],
  )
}

/**
 * The median distance of the five points from the known ones, in distances between the eyes, over the first
 * photographs of the first 40 people, shrunk as a whole until the eyes are as far apart as in a face of that height
 * (eye distance = 0.36 x box height, the median of these photographs); faces found in brackets.
 */
export async function landmarkTable(detectors: readonly [string, Detector][]): Promise<string> {
  const points = knownPoints()
  const people = lfwOriginals()
  if (!points || !people) return '\n(no table of point errors: the reference face set is not here)'
  const sizes = [112, 56, 28, 20, 16, 12, 10, 8]
  const lines = [
    `\nError of the five points in eye distances, median (faces found of ${COUNT}), 4x, threshold ${THRESHOLD}\n`,
    head('detector', ...sizes.map((size) => `${size} px`)),
  ]
  const cases = people.slice(0, COUNT).map(({ name, photographs }) => {
    const file = photographs[0]!
    return { file, truth: points.get(`${name}/${path.basename(file)}`)! }
  })
  for (const [name, detector] of detectors) {
    const cells: string[] = []
    for (const size of sizes) {
      const errors: number[] = []
      for (const { file, truth } of cases) {
        const image = await read(file)
        const eyes = Math.hypot(truth[1]![0] - truth[0]![0], truth[1]![1] - truth[0]![1])
        const side = Math.round(Math.min(1, (0.36 * size) / eyes) * image.width)
        const scale = side / image.width
        const found = await detector.detect(resize(image, side, side, 'bicubic'), {
          maxEnlargement: 4,
          threshold: THRESHOLD,
        })
        const [noseX, noseY] = truth[2]!.map((v) => v * scale) as [number, number]
        const face = found.find(
          ({ box }) => box.x < noseX && noseX < box.x + box.width && box.y < noseY && noseY < box.y + box.height,
        )
        if (!face) continue
        const sum = face.points.reduce(
          (total, p, k) => total + Math.hypot(p.x - truth[k]![0] * scale, p.y - truth[k]![1] * scale),
          0,
        )
        errors.push(sum / 5 / (eyes * scale))
      }
      cells.push(errors.length ? `${median(errors).toFixed(3)} (${errors.length})` : '- (0)')
    }
    lines.push(row(name, ...cells))
  }
  return lines.join('\n')
}
