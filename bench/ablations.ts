// Trains and measures the scaled-down rows of the published ablations, and prints them as tables.
//
//   node bench/ablations.ts --data <folder> [--data <folder>] --pairs <pairs.txt> --out <folder> [--fold 8]
//     [--groups a,c,ratios] [--seeds 1,2] [--min-images 4]
//
// Every finished row is a line of results.jsonl in the folder; run again, it does what is missing, and goes on with a row
// that was stopped. Rows that are there are printed at the end.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { resource } from '../core/base/root.ts'
import { sha256 } from '../core/base/sha256.ts'
import { createTerminal } from '../core/cli/terminal.ts'
import { readProtocol } from '../core/evaluation/protocol.ts'
import { evaluate } from '../core/learning/evaluate.ts'
import { readRecipe } from '../core/learning/train.ts'
import { cardOf } from './ablation/card.ts'
import { GROUPS } from './ablation/groups.ts'
import { Result, rights } from './ablation/result.ts'
import { tablesOf } from './ablation/tables.ts'
import { openTrainer, type Trainer } from './ablation/trainer.ts'
import { machine } from './faces/machine.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', multiple: true, default: [] },
    pairs: { type: 'string', default: '' },
    out: { type: 'string', default: 'ablations' },
    fold: { type: 'string', default: '8' },
    groups: { type: 'string', default: 'a,c,ratios' },
    seeds: { type: 'string', default: '1' },
    'min-images': { type: 'string', default: '4' },
  },
})
const out = path.resolve(values.out)
const file = path.join(out, 'results.jsonl')
const fold = Number(values.fold)
const groups = values.groups.split(',').map((name) => {
  const group = GROUPS.find((g) => g.name === name)
  if (!group) throw new Error(`no group "${name}"; there are ${GROUPS.map((g) => g.name).join(', ')}`)
  return group
})
const terminal = createTerminal(false)
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())

const done = (): Result[] =>
  existsSync(file)
    ? z.array(Result).parse(
        readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
      )
    : []

/** A row's recipe with another seed, kept beside its run. */
function seeded(row: string, seed: number): { recipeFile: string; hash: string } {
  const recipe: unknown = JSON.parse(readFileSync(resource('recipes', ...row.split('/')), 'utf8'))
  const text = `${JSON.stringify({ ...(recipe as object), seed }, null, 2)}\n`
  const recipeFile = path.join(out, 'recipes', `${path.basename(row, '.json')}-seed-${seed}.json`)
  mkdirSync(path.dirname(recipeFile), { recursive: true })
  writeFileSync(recipeFile, text)
  return { recipeFile, hash: sha256(text) }
}

async function measure(trainer: Trainer, row: string, seed: number): Promise<void> {
  const { recipeFile, hash } = seeded(row, seed)
  if (done().some((r) => r.row === row && r.seed === seed && r.recipe === hash)) return
  terminal.note(`${row}, seed ${seed}`)
  const recipe = readRecipe(recipeFile)
  const run = path.join(out, 'runs', path.basename(recipeFile, '.json'))
  const before = process.cpuUsage()
  const bytes = await trainer.train(recipe, run)
  const used = process.cpuUsage(before)
  if (!bytes) return
  const protocol = readProtocol('lfw-pairs')
  if (protocol.kind !== 'pairs') throw new Error('lfw-pairs is a protocol of pairs')
  const { outcome } = await evaluate({
    protocol: { ...protocol, resolutions: [7, 14, 20, 28, 56, 112], directions: 2 },
    model: { bytes, card: cardOf(recipe, bytes), gallery: null, trainedPeople: null },
    inference: { flip: false, pair: false, probe: null, second: null },
    teacher: null,
    data: values.data[0] ?? '',
    pairs: values.pairs,
    folds: [fold],
    baselines: false,
    resamples: 0,
    command: '',
    signal: stop.signal,
  })
  if (outcome.kind !== 'pairs') throw new Error('the outcome is not one of pairs')
  const result: Result = {
    row,
    seed,
    recipe: hash,
    faces: trainer.faces,
    identities: trainer.identities,
    device: trainer.device,
    cpuSeconds: Math.round((used.user + used.system) / 1e6),
    at: outcome.results.map((r) => ({
      px: r.resolution,
      accuracy: r.accuracy,
      se: r.se,
      auc: r.auc,
      pairs: r.pairs.same + r.pairs.different,
      right: rights(outcome.scores.get(r.resolution) ?? []),
    })),
  }
  appendFileSync(file, `${JSON.stringify(result)}\n`)
  rmSync(run, { recursive: true, force: true })
}

if (values.data.length > 0) {
  const trainer = await openTrainer({
    data: values.data,
    out,
    people: { pairs: values.pairs, folds: [fold] },
    minImages: Number(values['min-images']),
    signal: stop.signal,
    terminal,
  })
  for (const seed of values.seeds.split(',').map(Number))
    for (const row of new Set(groups.flatMap((group) => group.rows.map((r) => r.file))))
      if (!stop.signal.aborted) await measure(trainer, row, seed)
  trainer.close()
}
process.stdout.write(`${tablesOf(groups, done())}\n${machine(0)}\n`)
