// What becomes of cut-outs that are little more than a face: whose points are used, and how far off they are.
// Run: node bench/tight-crops.ts [people]     (needs the reference face set: $VESTIGE_SHARED, else ../shared)
import path from 'node:path'
import type { Point } from '../core/contract/common.ts'
import { analyse } from '../core/faces/analyse.ts'
import { createDetector } from '../core/faces/detect.ts'
import { whyInsufficient } from '../core/faces/sufficient.ts'
import { expectedPoints } from '../core/faces/tightCrop.ts'
import { crop, type Image8 } from '../core/images/pixels.ts'
import { resize } from '../core/images/resample.ts'
import { openSession } from '../core/runtime/session.ts'
import { head, row, share } from './faces/figures.ts'
import { median } from './faces/groupPhotos.ts'
import { knownPoints } from './faces/landmarks.ts'
import { lfwOriginals, read, shared } from './faces/lfwOriginals.ts'
import { machine } from './faces/machine.ts'
import { shippedDetector } from './faces/recognisers.ts'

const count = Number(process.argv[2] ?? 40)
const threads = 2
const sizes = [7, 8, 10, 12, 16, 20, 28, 56]
const points = knownPoints()
const people = lfwOriginals()
if (!points || !people) {
  console.log('The reference face set is not here: set VESTIGE_SHARED to its folder.')
  process.exit(0)
}
const detector = createDetector(await openSession(shippedDetector().bytes, { threads }))

interface Cut {
  image: Image8
  truth: Point[]
  /** Height of the face in the cut-out's own pixels; what is shrunk to the sizes above. */
  face: number
}
/** The recognisers' own crop: 112 px, aligned by the known points. */
async function aligned(file: string): Promise<Cut> {
  const name = path.basename(file)
  const image = await read(shared('faces', 'lfw-folds-1-8', path.basename(path.dirname(file)), name))
  return { image, truth: [...expectedPoints(image)], face: image.height }
}
/** The detector's box, widened by a share of its size on every side; square where asked, as tools often cut. */
async function boxed(file: string, margin: number, square: boolean): Promise<Cut | null> {
  const image = await read(file)
  const known = points!.get(`${path.basename(path.dirname(file))}/${path.basename(file)}`)!
  const truth = known.map(([x, y]) => ({ x, y }))
  const [nose] = truth.slice(2)
  const inside = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) =>
    x < nose!.x && nose!.x < x + width && y < nose!.y && nose!.y < y + height
  const found = await detector.detect(image, { maxEnlargement: 2, threshold: 0.5 })
  const box = found.find((d) => inside(d.box))?.box
  if (!box) return null
  const height = Math.round(box.height * (1 + 2 * margin))
  const width = square ? height : Math.round(box.width * (1 + 2 * margin))
  const x = Math.round(box.x + box.width / 2 - width / 2)
  const y = Math.round(box.y + box.height / 2 - height / 2)
  const moved = truth.map((p) => ({ x: p.x - x, y: p.y - y }))
  return { image: crop(image, { x, y, width, height }), truth: moved, face: box.height }
}

const kinds: [string, (file: string) => Promise<Cut | null>][] = [
  ['aligned crop', aligned],
  ['box', (file) => boxed(file, 0, false)],
  ['box + 15 %', (file) => boxed(file, 0.15, false)],
  ['box + 30 %', (file) => boxed(file, 0.3, false)],
  ['square around the box', (file) => boxed(file, 0, true)],
  ['square + 15 %', (file) => boxed(file, 0.15, true)],
]
console.log(`\nCut-outs of ${count} people, shrunk; error of the points in eye distances (median)\n`)
console.log(
  head(
    'cut-out',
    'face px',
    'one usable face %',
    'points by the detector %',
    'error',
    'error of the crop’s own points',
  ),
)
for (const [kind, cut] of kinds) {
  const cuts = (await Promise.all(people.slice(0, count).map((p) => cut(p.photographs[0]!)))).filter((c) => c !== null)
  for (const size of sizes) {
    let usable = 0
    let seen = 0
    const errors: number[] = []
    const own: number[] = []
    for (const { image, truth, face } of cuts) {
      const scale = size / face
      const [width, height] = [image.width, image.height].map((v) => Math.max(1, Math.round(v * scale))) as [
        number,
        number,
      ]
      const small = resize(image, width, height, 'bicubic')
      const [sx, sy] = [width / image.width, height / image.height]
      const eyes = Math.hypot((truth[1]!.x - truth[0]!.x) * sx, (truth[1]!.y - truth[0]!.y) * sy)
      const error = (placed: readonly Point[]) =>
        placed.reduce((sum, p, k) => sum + Math.hypot(p.x - truth[k]!.x * sx, p.y - truth[k]!.y * sy), 0) / 5 / eyes
      const faces = await analyse(small, { detector, recogniser: null })
      own.push(error(expectedPoints(small)))
      const [only] = faces
      if (faces.length !== 1 || !only) continue
      if (whyInsufficient(small, only.box, only.points) === null) usable++
      if (only.pointsBy === 'detector') seen++
      errors.push(error(only.points))
    }
    const middle = (values: number[]) => (values.length ? median(values).toFixed(3) : '-')
    console.log(row(kind, size, share(usable, cuts.length), share(seen, cuts.length), middle(errors), middle(own)))
  }
}
console.log(`\n${machine(threads)}`)
