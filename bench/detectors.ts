// Which detector finds small faces, at what enlargement, at what price: measured, because the defaults rest on it.
// Run: node bench/detectors.ts          (YuNet is measured too where VESTIGE_SHARED holds its file)
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { appRoot } from '../core/base/root.ts'
import { createTiledDetector, type Detector } from '../core/faces/detect.ts'
import { retinaface } from '../core/faces/retinaface.ts'
import { resize } from '../core/images/resample.ts'
import { openSession } from '../core/runtime/session.ts'
import { frameOf } from './faces/frame.ts'
import { groupPhotos, median } from './faces/groupPhotos.ts'
import { machine } from './faces/machine.ts'
import { compare } from './faces/score.ts'
import { yunet } from './faces/yunet.ts'

const threads = 2
const weights = path.dirname(createRequire(import.meta.url).resolve('retinaface/package.json'))
const reference = path.resolve(appRoot, process.env.VESTIGE_SHARED ?? '../shared', 'weights/yunet/yunet_n_dynamic.onnx')
const open = (file: string) => openSession(file, { threads })

const detectors: [string, Detector][] = [
  ['RetinaFace v1', createTiledDetector(retinaface(await open(`${weights}/mnet.25_v1.onnx`), { landmarkScale: 1 }))],
  ['RetinaFace v2 (shipped)', createTiledDetector(retinaface(await open(`${weights}/mnet.25_v2.onnx`)))],
]
if (existsSync(reference)) detectors.push(['YuNet (reference)', createTiledDetector(yunet(await open(reference)))])

const photos = await groupPhotos()
const sizes = [10, 12, 16, 24, 32]
const thresholds = [0.3, 0.5, 0.6, 0.7, 0.8, 0.9]
const frames = sizes.map((size) => ({ size, ...frameOf(photos, size) }))

console.log(`\nFull-HD frame with ${frames[0]!.faces.length} faces: found (false alarms), threshold 0.6\n`)
console.log(`| detector | enlargement | ${sizes.map((s) => `${s} px`).join(' | ')} | tiles | s per frame |`)
console.log(`|---|---|${sizes.map(() => '---').join('|')}|---|---|`)
const kept = new Map<string, { found: Awaited<ReturnType<Detector['detect']>>; faces: (typeof frames)[0]['faces'] }[]>()
for (const [name, detector] of detectors)
  for (const maxEnlargement of [1, 2, 4] as const) {
    const cells: string[] = []
    const times: number[] = []
    let tiles = 0
    for (const { image, faces } of frames) {
      const start = performance.now()
      const progress = (_: number, total: number) => void (tiles = total)
      const found = await detector.detect(image, { maxEnlargement, threshold: 0.3, progress })
      times.push((performance.now() - start) / 1000)
      const key = `${name} ${maxEnlargement}`
      kept.set(key, [...(kept.get(key) ?? []), { found, faces }])
      const { hits, falseAlarms } = compare(
        found.filter((d) => d.score >= 0.6),
        faces,
      )
      cells.push(`${hits.length} (${falseAlarms})`)
    }
    console.log(`| ${name} | ${maxEnlargement}x | ${cells.join(' | ')} | ${tiles} | ${median(times).toFixed(1)} |`)
  }

console.log(`\nThe same frames at 4x by threshold: found (false alarms)\n`)
console.log(`| detector | threshold | ${sizes.map((s) => `${s} px`).join(' | ')} |`)
console.log(`|---|---|${sizes.map(() => '---').join('|')}|`)
for (const [name] of detectors)
  for (const threshold of thresholds) {
    const cells = kept.get(`${name} 4`)!.map(({ found, faces }) => {
      const strong = found.filter((d) => d.score >= threshold)
      const { hits, falseAlarms } = compare(strong, faces)
      return `${hits.length} (${falseAlarms})`
    })
    console.log(`| ${name} | ${threshold} | ${cells.join(' | ')} |`)
  }

console.log('\nThe six photographs as they are and shrunk alone, 22 faces, threshold 0.6, 4x: found (false alarms)\n')
console.log(
  `| detector | full size | ${[8, 12, 16, 24].map((s) => `${s} px`).join(' | ')} | s per full-size photograph |`,
)
console.log('|---|---|---|---|---|---|---|')
for (const [name, detector] of detectors) {
  const cells: string[] = []
  const times: number[] = []
  for (const size of [null, 8, 12, 16, 24]) {
    let hits = 0
    let alarms = 0
    for (const photo of photos) {
      const scale = size === null ? 1 : size / photo.faceHeight
      const width = Math.round(photo.image.width * scale)
      const image =
        size === null ? photo.image : resize(photo.image, width, Math.round(photo.image.height * scale), 'bicubic')
      const start = performance.now()
      const found = await detector.detect(image, { maxEnlargement: 4, threshold: 0.6 })
      if (size === null) times.push((performance.now() - start) / 1000)
      const s = image.width / photo.image.width
      const faces = photo.faces.map((f) => ({ x: f.x * s, y: f.y * s, width: f.width * s, height: f.height * s }))
      const result = compare(found, faces)
      hits += result.hits.length
      alarms += result.falseAlarms
    }
    cells.push(`${hits} (${alarms})`)
  }
  console.log(`| ${name} | ${cells.join(' | ')} | ${median(times).toFixed(1)} |`)
}
console.log(`\n${machine(threads)}`)
