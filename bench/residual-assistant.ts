// What the assistant of a residual distillation adds: cosines to the teacher's embedding of the sharp face, without and with it.
//
//   node bench/residual-assistant.ts <run folder> <teacher.onnx> <folder of faces> <pairs.txt> <fold> [--faces 100]
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { readPairs } from '../core/datasets/pairs.ts'
import { cosine } from '../core/evaluation/embedders.ts'
import { faceFolder, facePairs } from '../core/evaluation/faceFolder.ts'
import { toldSize } from '../core/faces/told.ts'
import { throughSize } from '../core/images/degrade.ts'
import type { Image8 } from '../core/images/pixels.ts'
import { toOnnx } from '../core/nets/onnx/lower.ts'
import { openSession, type OnnxSession } from '../core/runtime/session.ts'
import { Recipe } from '../core/training/recipe.ts'
import { finishedRun } from '../scripts/packageFiles.ts'
import { table } from '../core/cli/terminal.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { faces: { type: 'string', default: '100' } },
})
const [run, teacher, data, list, fold] = positionals
if (!run || !teacher || !data || !list || !fold) throw new Error('see the first lines of this file')
const { recipe } = z.object({ recipe: Recipe }).parse(JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')))
const { pixels } = recipe

/** Unit-length sum of a face's output and its mirror image's, where mirrored; [3 or 4, size, size] in. */
async function embed(session: OnnxSession, face: Image8, side: number | null): Promise<Float32Array> {
  const plane = face.width * face.height
  const channels = side === null ? 3 : 4
  const x = new Float32Array(channels * plane)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < plane; i++) x[c * plane + i] = (face.data[3 * i + c]! - mean(side)[c]!) / scale(side)[c]!
  if (side !== null) x.fill(toldSize(side), 3 * plane)
  const y = await session.run({ [session.inputs[0]!.name]: { dims: [1, channels, face.height, face.width], data: x } })
  return Float32Array.from(Object.values(y)[0]!.data)
}
const ofTeacher = Object.values(recipe.models).find((m) => m.kind === 'onnx')?.pixels ?? pixels
const mean = (side: number | null) => (side === null ? ofTeacher : pixels).mean
const scale = (side: number | null) => (side === null ? ofTeacher : pixels).scale

const open = (paths: 'student' | 'both') => {
  const { graph, weights } = finishedRun(run, (taps) => (paths === 'both' ? taps : taps.slice(0, 1)))
  return openSession(toOnnx(graph, weights), { threads: 0 })
}
const [judge, alone, both] = [
  await openSession(readFileSync(teacher), { threads: 0 }),
  await open('student'),
  await open('both'),
]
const named = facePairs(readPairs(readFileSync(list, 'utf8'), path.basename(list)), [Number(fold)])
const keys = [...new Set(named.flatMap(({ first, second }) => [first, second]))].slice(0, Number(values.faces))
const load = faceFolder(data)
const rows: string[][] = []
for (const side of [7, 10, 14, 20, 28]) {
  const gains: number[] = []
  const [without, with_]: [number[], number[]] = [[], []]
  for (const key of keys) {
    const face = await load(key)
    const truth = await embed(judge, face, null)
    const small = throughSize(face, side)
    without.push(cosine(truth, await embed(alone, small, side)))
    with_.push(cosine(truth, await embed(both, small, side)))
    gains.push(with_.at(-1)! - without.at(-1)!)
  }
  rows.push([String(side), ...[without, with_, gains].map(meanAndError)])
}
function meanAndError(v: readonly number[]): string {
  const m = v.reduce((a, b) => a + b, 0) / v.length
  return `${m.toFixed(4)} ± ${Math.sqrt(v.reduce((a, b) => a + (b - m) ** 2, 0) / (v.length - 1) / v.length).toFixed(4)}`
}
console.log(`${keys.length} faces`)
for (const line of table(['px', 'student', 'with assistant', 'gain'], rows)) console.log(line)
