// Which detector finds small faces, at what enlargement, at what price: measured, because the defaults rest on it.
// Run: node bench/detectors.ts     (YuNet, and the errors of the five points, where VESTIGE_SHARED holds their files)
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Box } from '../core/contract/common.ts'
import { THRESHOLD } from '../core/faces/analyse.ts'
import { createTiledDetector, type Detection, type Detector } from '../core/faces/detect.ts'
import { retinaface } from '../core/faces/retinaface.ts'
import type { Image8 } from '../core/images/pixels.ts'
import { resize } from '../core/images/resample.ts'
import { openSession } from '../core/runtime/session.ts'
import { head, row } from './faces/figures.ts'
import { frameOf } from './faces/frame.ts'
import { groupPhotos, median } from './faces/groupPhotos.ts'
import { landmarkTable } from './faces/landmarks.ts'
import { shared } from './faces/lfwOriginals.ts'
import { machine } from './faces/machine.ts'
import { compare } from './faces/score.ts'
import { yunet } from './faces/yunet.ts'

const threads = 2
const weights = path.dirname(createRequire(import.meta.url).resolve('retinaface/package.json'))
const reference = shared('weights', 'yunet', 'yunet_n_dynamic.onnx')
const open = (file: string) => openSession(file, { threads })
const detectors: [string, Detector][] = [
  ['RetinaFace v1', createTiledDetector(retinaface(await open(`${weights}/mnet.25_v1.onnx`), { landmarkScale: 1 }))],
  ['RetinaFace v2 (shipped)', createTiledDetector(retinaface(await open(`${weights}/mnet.25_v2.onnx`)))],
]
if (existsSync(reference)) detectors.push(['YuNet (yardstick)', createTiledDetector(yunet(await open(reference)))])

const photos = await groupPhotos()
const sizes = [10, 12, 16, 24, 32]
const frames = sizes.map((size) => ({ size, ...frameOf(photos, size) }))
const pixels = sizes.map((size) => `${size} px`)

interface Run {
  found: Detection[]
  faces: Box[]
  tiles: number
  seconds: number
}
/** Everything above 0.3, so that one run serves all thresholds. */
async function look(detector: Detector, image: Image8, faces: Box[], maxEnlargement: 1 | 2 | 4): Promise<Run> {
  let tiles = 0
  const start = performance.now()
  const progress = (_: number, total: number) => void (tiles = total)
  const found = await detector.detect(image, { maxEnlargement, threshold: 0.3, progress })
  return { found, faces, tiles, seconds: (performance.now() - start) / 1000 }
}
function cell(runs: readonly Run[], threshold: number): string {
  const results = runs.map(({ found, faces }) =>
    compare(
      found.filter((d) => d.score >= threshold),
      faces,
    ),
  )
  const hits = results.reduce((sum, r) => sum + r.hits.length, 0)
  return `${hits} (${results.reduce((sum, r) => sum + r.falseAlarms, 0)})`
}

console.log(`\nFull-HD frame with ${frames[0]!.faces.length} faces: found (false alarms), threshold ${THRESHOLD}\n`)
console.log(head('detector', 'enlargement', ...pixels, 'tiles', 's per frame'))
const enlarged = new Map<string, Run[]>()
for (const [name, detector] of detectors)
  for (const maxEnlargement of [1, 2, 4] as const) {
    const runs: Run[] = []
    for (const { image, faces } of frames) runs.push(await look(detector, image, faces, maxEnlargement))
    const cells = runs.map((run) => cell([run], THRESHOLD))
    const seconds = median(runs.map((run) => run.seconds))
    console.log(row(name, `${maxEnlargement}x`, ...cells, runs[0]!.tiles, seconds.toFixed(1)))
    enlarged.set(name, runs)
  }

console.log('\nThe same frames at 4x by threshold: found (false alarms)\n')
console.log(head('detector', 'threshold', ...pixels, 'all'))
for (const [name, runs] of enlarged)
  for (const threshold of [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    console.log(row(name, threshold, ...runs.map((run) => cell([run], threshold)), cell(runs, threshold)))

const small = [8, 12, 16, 24]
console.log(`\nThe six photographs, 22 faces: found (false alarms), threshold ${THRESHOLD}\n`)
console.log(head('detector', 'full size, 2x', ...small.map((s) => `shrunk to ${s} px`), 's per full-size photograph'))
for (const [name, detector] of detectors) {
  const cells: string[] = []
  let seconds = 0
  for (const size of [null, ...small]) {
    const runs: Run[] = []
    for (const { image, faces, faceHeight } of photos) {
      const scale = size === null ? 1 : size / faceHeight
      const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)]
      const s = width / image.width
      const places = faces.map((f) => ({ x: f.x * s, y: f.y * s, width: f.width * s, height: f.height * s }))
      const shown = size === null ? image : resize(image, width, height, 'bicubic')
      runs.push(await look(detector, shown, places, size === null ? 2 : 4))
    }
    if (size === null) seconds = median(runs.map((run) => run.seconds))
    cells.push(cell(runs, THRESHOLD))
  }
  console.log(row(name, ...cells, seconds.toFixed(1)))
}

console.log(await landmarkTable(detectors))
console.log(`\n${machine(threads)}`)
