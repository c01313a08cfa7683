// Which spread of made-up faces is honest: do the samples differ where, and as much as, their mean is wrong?
// Run: node bench/hallucination-spread.ts <package> [<package of another checkpoint> …]      (faces: fold 8, see bench/faces)
//
// "moved cuts": the package asked about the same pixels, cut out a little differently (what the workbench shows).
// "checkpoints": several packages asked about the same cut.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readPairs } from '../core/datasets/pairs.ts'
import { faceFolder, facePairs } from '../core/evaluation/faceFolder.ts'
import { meanOf } from '../core/evaluation/hallucination.ts'
import { hallucinate, statistics } from '../core/faces/hallucinate.ts'
import { createHallucinator } from '../core/faces/hallucinator.ts'
import { templatePoints } from '../core/images/align.ts'
import type { FivePoints } from '../core/contract/common.ts'
import { resize } from '../core/images/resample.ts'
import { loadModel, readPackage } from '../core/models/packages.ts'
import { openSession } from '../core/runtime/session.ts'
import { head, row } from './faces/figures.ts'
import { machine } from './faces/machine.ts'

const SAMPLES = 8
const FACES = Number(process.env['FACES'] ?? 60)
const SIZES = [8, 14, 20, 28]
const shared = process.env['VESTIGE_SHARED'] ?? '../shared'
const folders = process.argv.slice(2)
if (folders.length === 0)
  throw new Error('name the folder of a package: node bench/hallucination-spread.ts resources/models/vestige-rim')

const tools = await Promise.all(
  folders.map(async (folder) => {
    const found = readPackage(path.resolve(folder), true)
    return createHallucinator(await openSession(loadModel(found), { threads: 2 }), found.card)
  }),
)
const list = readFileSync(path.join(shared, 'faces', 'pairs-folds-1-8.txt'), 'utf8')
const keys = [...new Set(facePairs(readPairs(list, 'pairs'), [8]).map((p) => p.first))].slice(0, FACES)
const load = faceFolder(path.join(shared, 'faces', 'lfw-folds-1-8'))

/** Ranks, equal values share theirs. */
function ranks(values: Float32Array): Float64Array {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!)
  const out = new Float64Array(values.length)
  for (let i = 0, j; i < order.length; i = j) {
    for (j = i + 1; j < order.length && values[order[j]!] === values[order[i]!]; j++);
    for (let k = i; k < j; k++) out[order[k]!] = (i + j - 1) / 2
  }
  return out
}
/** Spearman's rank correlation. */
function correlation(a: Float32Array, b: Float32Array): number {
  const [x, y] = [ranks(a), ranks(b)]
  const middle = (x.length - 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - middle) * (y[i]! - middle)
    xx += (x[i]! - middle) ** 2
    yy += (y[i]! - middle) ** 2
  }
  return xy / Math.sqrt(xx * yy)
}
const rms = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length)

function compare(faces: readonly Uint8Array[], truth: Uint8Array) {
  const { mean, spread } = statistics(faces)
  const error = spread.map(
    (_, p) => Math.hypot(...[0, 1, 2].map((c) => mean[3 * p + c]! - truth[3 * p + c]!)) / Math.sqrt(3),
  )
  const within = error.reduce((n, e, p) => n + Number(e <= 2 * spread[p]!), 0) / error.length
  return { error: rms(error), spread: rms(spread), correlation: correlation(spread, error), within }
}

console.log(`${machine(2)}; ${keys.length} faces, ${SAMPLES} moved cuts, ${tools.length} checkpoints\n`)
console.log(
  head(
    'px',
    'way',
    'error of the mean',
    'spread',
    'spread / error',
    'rank correlation in a face',
    'within two spreads %',
  ),
)
for (const px of SIZES) {
  const found = new Map<string, ReturnType<typeof compare>[]>()
  for (const key of keys) {
    const truth = await load(key)
    const small = resize(truth, px, px, 'bicubic')
    const points = templatePoints('arcface-112', 112).map(({ x, y }) => ({
      x: ((x + 0.5) * px) / 112,
      y: ((y + 0.5) * px) / 112,
    })) as unknown as FivePoints
    const note = (way: string, faces: readonly Uint8Array[]) =>
      found.set(way, [...(found.get(way) ?? []), compare(faces, truth.data)])
    const moved = await hallucinate(tools[0]!, small, points, { samples: SAMPLES, seed: 1 })
    note('moved cuts', moved.faces)
    if (tools.length < 2) continue
    const others: Uint8Array[] = [moved.faces[0]!]
    for (const tool of tools.slice(1))
      others.push((await hallucinate(tool, small, points, { samples: 1, seed: 1 })).faces[0]!)
    note('checkpoints', others)
  }
  for (const [way, values] of found) {
    const mean = (key: keyof ReturnType<typeof compare>): number => meanOf(values.map((v) => v[key])).mean
    console.log(
      row(
        String(px),
        way,
        mean('error').toFixed(1),
        mean('spread').toFixed(1),
        (mean('spread') / mean('error')).toFixed(2),
        mean('correlation').toFixed(2),
        (100 * mean('within')).toFixed(0),
      ),
    )
  }
}
process.exit(0)
