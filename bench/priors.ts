// How good the points are that trainings learn landmarks and parsing maps from, and how many faces have none.
// Run: node bench/priors.ts [faces]     (needs the reference face set: $VESTIGE_SHARED, else ../shared)
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { FivePoints, Point } from '../core/contract/common.ts'
import { meanShape } from '../core/datasets/priors/meanShape.ts'
import { CLASSES, IGNORE, parsingMap } from '../core/datasets/priors/parsing.ts'
import { fiveOf, whyUnfit, type Points } from '../core/datasets/priors/points.ts'
import { openLandmarks, SHOWN_LOWER } from '../core/faces/landmarks.ts'
import type { Image8 } from '../core/images/pixels.ts'
import { applyTo, similarity } from '../core/images/similarity.ts'
import { templatePoints } from '../core/images/templates.ts'
import { head, row } from './faces/figures.ts'
import { knownPoints } from './faces/landmarks.ts'
import { read, shared } from './faces/lfwOriginals.ts'
import { machine } from './faces/machine.ts'

const count = Number(process.argv[2] ?? 300)
const threads = 1
const root = shared('faces', 'lfw-folds-1-8')
const known = knownPoints()
if (!known || !existsSync(root)) {
  console.log('The reference face set is not here: set VESTIGE_SHARED to its folder.')
  process.exit(0)
}

const people = readdirSync(root).sort()
const faces: { image: Image8; truth: Point[] }[] = []
for (let k = 0; k < count; k++) {
  const person = people[Math.floor((k * people.length) / count)]!
  const file = `${person}/${readdirSync(path.join(root, person)).sort()[0]!}`
  const points = known.get(file)!.map(([x, y]) => ({ x, y }))
  // The template's own points are pixel indices; those of the frame have centres at +0.5.
  const map = similarity(points as unknown as FivePoints, templatePoints('arcface-112', 112))
  const truth = points.map((p) => applyTo(map, p)).map(({ x, y }) => ({ x: x + 0.5, y: y + 0.5 }))
  faces.push({ image: await read(path.join(root, file)), truth })
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
/** Processor time: whatever else the machine does. */
const processorMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}
const two = (v: number): string => v.toFixed(2)
const PARTS = ['left eye', 'right eye', 'nose', 'left mouth corner', 'right mouth corner']
const found: Points[] = []
console.log(`${faces.length} faces of LFW, one a person. Pixels of the 112 px frame.\n`)
console.log(head('shown', ...PARTS, 'mean', 'dropped, margin 12', 'dropped, margin 0', 'processor ms a face'))
for (const lower of [0, SHOWN_LOWER]) {
  const finder = await openLandmarks({ threads, lower })
  await finder.find([faces[0]!.image])
  const started = process.cpuUsage()
  const all: Points[] = []
  for (let k = 0; k < faces.length; k += 8) all.push(...(await finder.find(faces.slice(k, k + 8).map((f) => f.image))))
  const ms = processorMs(started) / faces.length
  await finder.release()
  const cells = PARTS.map((_, part) => {
    const off = all.map((points, k) => {
      const [p, t] = [fiveOf(points)[part]!, faces[k]!.truth[part]!]
      return [p.x - t.x, p.y - t.y] as const
    })
    const distance = mean(off.map(([x, y]) => Math.hypot(x, y)))
    return {
      distance,
      text: `${two(distance)} (${two(mean(off.map(([x]) => x)))}, ${two(mean(off.map(([, y]) => y)))})`,
    }
  })
  const dropped = (margin: number): string => {
    const reasons = all.map((points) => whyUnfit(points, { margin }))
    return `${reasons.filter(Boolean).length} (${reasons.filter((why) => why === 'eyes').length} by their eyes)`
  }
  const total = two(mean(cells.map((c) => c.distance)))
  const name = lower === 0 ? 'as it is' : `${lower} px lower`
  console.log(row(name, ...cells.map((c) => c.text), total, dropped(12), dropped(0), ms.toFixed(1)))
  if (lower === SHOWN_LOWER) found.push(...all)
}

const points = Float32Array.from({ length: 136 }, (_, i) => mean(found.map((p) => p[i]!)))
const template = templatePoints('arcface-112', 112)
const offs = fiveOf(points).map((p, k) => `(${two(p.x - 0.5 - template[k]!.x)}, ${two(p.y - 0.5 - template[k]!.y)})`)
console.log(`\nMean points less the template's: ${PARTS.map((part, k) => `${part} ${offs[k]!}`).join(', ')}`)
const shape = meanShape()
console.log(
  `Largest distance of a mean point from the stored mean shape: ${two(Math.max(...points.map((v, i) => Math.abs(v - shape[i]!))))} px`,
)

const grid = 28
const started = process.cpuUsage()
const maps = found.map((p) => parsingMap(p, grid))
const ms = processorMs(started) / maps.length
console.log(`\nCells of a ${grid} x ${grid} map by class, mean over faces (${ms.toFixed(2)} processor ms a map)\n`)
const labels = [
  ...CLASSES.slice(0, 10).map((name, label) => [name, label] as const),
  ['counts nowhere', IGNORE] as const,
]
console.log(head(...labels.map(([name]) => name)))
console.log(row(...labels.map(([, label]) => mean(maps.map((m) => m.filter((v) => v === label).length)).toFixed(1))))
console.log(`\n${machine(threads)}`)
