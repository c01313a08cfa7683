// The whole way on real faces: photograph in, ranked candidates out, for faces shrunk to 112 ... 8 px.
// Run: node bench/lfw-end-to-end.ts [most probes]     (needs the reference face set: $VESTIGE_SHARED, else ../shared)
import type { Box, FivePoints } from '../core/contract/common.ts'
import { analyse, THRESHOLD, type Face } from '../core/faces/analyse.ts'
import { createDetector } from '../core/faces/detect.ts'
import type { Outcome } from '../core/faces/embed.ts'
import { iou, mapPoints, shared as overlap } from '../core/faces/geometry.ts'
import { alignFace } from '../core/images/align.ts'
import { decodeImage } from '../core/images/decode.ts'
import { encodePng } from '../core/images/encode.ts'
import type { Image8 } from '../core/images/pixels.ts'
import { resize } from '../core/images/resample.ts'
import { openScanner } from '../core/matching/scan.ts'
import { openSession } from '../core/runtime/session.ts'
import { head, row, share } from './faces/figures.ts'
import { median } from './faces/groupPhotos.ts'
import { lfwOriginals, read } from './faces/lfwOriginals.ts'
import { machine } from './faces/machine.ts'
import { recognisers, shippedDetector } from './faces/recognisers.ts'

const sizes = [112, 56, 28, 20, 16, 12, 8]
const most = Number(process.argv[2] ?? Infinity)
const threads = 2

const people = lfwOriginals()
if (people === null) {
  console.log('The reference face set is not here: set VESTIGE_SHARED to its folder.')
  process.exit(0)
}
const shipped = shippedDetector()
const detector = createDetector(await openSession(shipped.bytes, { threads }))
const models = await recognisers(threads)
const scanner = await openScanner({ threads })

/** The face of a portrait: the one nearest to the middle of the photograph among those found. */
function middle<F extends { box: Box }>(faces: readonly F[], image: Image8): F | undefined {
  const away = ({ box }: F) =>
    Math.hypot(box.x + box.width / 2 - image.width / 2, box.y + box.height / 2 - image.height / 2)
  return faces.toSorted((a, b) => away(a) - away(b))[0]
}
const faceOf = async (image: Image8, maxEnlargement: 1 | 2 | 4): Promise<Face | undefined> =>
  middle(await analyse(image, { detector, recogniser: null, maxEnlargement }), image)

// Gallery: the first photograph of everybody, as enrolment takes it.
const galleries = models.map(({ recogniser }) => ({
  dim: recogniser.dim,
  rows: [] as Float32Array[],
  ids: [] as number[],
}))
for (const [k, person] of people.entries()) {
  const image = await read(person.photographs[0]!)
  const face = (await faceOf(image, 1)) ?? (await faceOf(image, 4))
  if (!face) continue
  for (const [m, { recogniser }] of models.entries()) {
    const outcome = await recogniser.embed(image, face.box, face.points)
    if (outcome.kind !== 'template') continue
    galleries[m]!.rows.push(outcome.vector)
    galleries[m]!.ids.push(k + 1)
  }
}
const matrices = galleries.map(({ dim, rows, ids }) => {
  const vectors = new Float32Array(rows.length * dim)
  rows.forEach((vector, k) => vectors.set(vector, k * dim))
  return { dim, count: rows.length, vectors, templateIds: ids, subjectIds: ids }
})

interface Probe {
  subject: number
  image: Image8
  box: Box
  points: FivePoints
}
const probes: Probe[] = []
for (const [k, person] of people.entries()) {
  if (person.photographs.length < 2 || probes.length >= most) continue
  const image = await read(person.photographs[1]!)
  const face = await faceOf(image, 2)
  if (face) probes.push({ subject: k + 1, image, box: face.box, points: face.points })
  else console.log(`no face at full size: ${person.name}`)
}

/** Rank of the true subject in the gallery of model m, or Infinity. */
async function rankOf(m: number, outcome: Outcome, subject: number): Promise<{ rank: number; ms: number }> {
  if (outcome.kind !== 'template') return { rank: Infinity, ms: NaN }
  const start = performance.now()
  const ranked = await scanner.scan(matrices[m]!, outcome.vector, { top: matrices[m]!.count, perSubject: 'best' })
  const ms = performance.now() - start
  const place = ranked.findIndex(({ row }) => matrices[m]!.subjectIds[row] === subject)
  return { rank: place < 0 ? Infinity : place + 1, ms }
}

const timed = async <T>(into: number[], work: () => T | Promise<T>): Promise<T> => {
  const start = performance.now()
  const result = await work()
  into.push(performance.now() - start)
  return result
}

const automatic: string[] = []
const transferred: string[] = []
const stages: string[] = []
const n = probes.length
for (const size of sizes) {
  const ms = { decode: [], detect: [], align: [], embed: [], search: [] } as Record<string, number[]>
  const widths: number[] = []
  let detected = 0
  let withTemplate = 0
  const ranks = models.map(() => ({ automatic: [] as number[], transferred: [] as number[] }))
  for (const { subject, image, box, points } of probes) {
    const scale = Math.min(1, size / box.height)
    const width = Math.max(1, Math.round(image.width * scale))
    const height = Math.max(1, Math.round(image.height * scale))
    const file = await encodePng(resize(image, width, height, 'bicubic'))
    const [sx, sy] = [width / image.width, height / image.height]
    const truth = { x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy }
    widths.push(width)

    const { image: small } = await timed(ms.decode!, () => decodeImage(file, 'probe.png'))
    const faces = await timed(ms.detect!, () => analyse(small, { detector, recogniser: null, maxEnlargement: 4 }))
    const best = faces.toSorted((a, b) => iou(b.box, truth) - iou(a.box, truth))[0]
    const face = best && overlap(best.box, truth) > 0 ? best : undefined
    if (face && face.score !== null && iou(face.box, truth) >= 0.3) detected++
    const moved = mapPoints(points, (p) => ({ x: p.x * sx, y: p.y * sy }))

    for (const [m, { recogniser }] of models.entries()) {
      const none: Outcome = { kind: 'insufficient', reason: 'no face was found' }
      const outcome = face ? await recogniser.embed(small, face.box, face.points) : none
      const { rank, ms: searchMs } = await rankOf(m, outcome, subject)
      ranks[m]!.automatic.push(rank)
      const byHand = await recogniser.embed(small, truth, moved)
      ranks[m]!.transferred.push((await rankOf(m, byHand, subject)).rank)
      if (m > 0 || outcome.kind !== 'template' || !face) continue
      withTemplate++
      ms.search!.push(searchMs)
      const aligned = await timed(ms.align!, () => alignFace(small, face.points, recogniser.pixels))
      await timed(ms.embed!, () => recogniser.templates([aligned]))
    }
  }
  const within = (list: number[], k: number) => share(list.filter((rank) => rank <= k).length, n)
  const cells = (kind: 'automatic' | 'transferred') => ranks.flatMap((r) => [within(r[kind], 1), within(r[kind], 5)])
  automatic.push(row(size, median(widths), share(detected, n), share(withTemplate, n), ...cells('automatic')))
  transferred.push(row(size, ...cells('transferred')))
  stages.push(row(size, ...Object.values(ms).map((list) => (list.length ? median(list).toFixed(2) : '-'))))
}

const rankColumns = models.flatMap(({ name }) => [`rank-1 %, ${name}`, `rank-5 %, ${name}`])
console.log(
  `\n${n} probes, ${matrices[0]!.count} templates of ${people.length} subjects; threshold ${THRESHOLD}, 4x; ± is one standard error\n`,
)
console.log('Automatic: whole photograph shrunk, nobody helps\n')
console.log(head('face px', 'photograph px (median)', 'detected %', 'with a template %', ...rankColumns))
console.log(automatic.join('\n'))
console.log(
  '\nPoints transferred from the full-size photograph (what an analyst who places them by hand could reach at best)\n',
)
console.log(head('face px', ...rankColumns))
console.log(transferred.join('\n'))
console.log(`\nMedian milliseconds per stage (${models[0]!.name}; search over ${matrices[0]!.count} templates)\n`)
console.log(head('face px', 'decode', 'detect', 'align', 'embed', 'search'))
console.log(stages.join('\n'))
console.log(`\n${machine(threads)}`)
console.log(`detector ${shipped.card.name} ${shipped.card.sha256}`)
for (const { name, sha256 } of models) console.log(`recogniser ${name} ${sha256}`)
