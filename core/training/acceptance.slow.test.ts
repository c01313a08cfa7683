// Recipes A and C do what their papers say, on people made of waves: trained for real, with networks a quarter as wide.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { logExp } from '../losses/logExp.ts'
import { openBackend, type LearnBackend } from '../runtime/learn/backend.ts'
import { addonFolder } from '../runtime/learn/tensorflow.ts'
import type { Models } from './models.ts'
import { Recipe } from './recipe.ts'
import { embed, fastBackend, rank1, synthAt, trainOn, type Asked, type Synth } from './testSynth.ts'

const addon = addonFolder('tensorflow')
/** Minutes with it, the better part of an hour without. */
const tooSlow = 'reason' in addon ? `needs TensorFlow to be done in minutes: ${addon.reason}` : ''
const named = (name: string): string => (tooSlow ? `${name} (${tooSlow})` : name)

const SIDE = 32
const FULL = Number.POSITIVE_INFINITY
const BATCH = 24

let backend: LearnBackend
let synth: Synth
const trained: Models[] = []
beforeAll(async () => {
  if (!tooSlow) backend = await fastBackend()
  synth = synthAt(SIDE)
})
afterAll(() => {
  for (const each of trained) each.dispose()
})

/** A shipped recipe at our scale, with its own terms, margins, sizes and degradations; only the schedule is for 240 faces. */
function shipped(file: string, epochs: readonly number[], rate = 0.003): Recipe {
  const recipe = Recipe.parse(JSON.parse(readFileSync(resource('recipes', ...file.split('/')), 'utf8')))
  // Waves have no mirror symmetry, as faces have.
  for (const view of recipe.views) view.flip = 'none'
  for (const [i, phase] of recipe.phases.entries()) {
    phase.epochs = epochs[i]!
    phase.batch = BATCH
    phase.optimiser = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 5e-4 }
    phase.rate = { kind: 'cosine', init: rate, final: 0, warmup: 10 }
  }
  return recipe
}

async function run(recipe: Recipe): Promise<(model: string) => Asked> {
  const { models } = await trainOn(backend, recipe, synth)
  trained.push(models)
  return (model) => ({ tf: backend.tf, models, model, pixels: recipe.pixels })
}

/** Rank-1 in per cent, told to whoever reads the log. */
function rates(asked: Asked, name: string): (r: number) => number {
  const at = new Map([FULL, 20, 14, 7].map((r) => [r, 100 * rank1(asked, synth, r)]))
  console.log(
    `${name}: ${[...at].map(([r, v]) => `${r === FULL ? 'full size' : `${r} px`} ${v.toFixed(1)} %`).join(', ')}`,
  )
  return (r) => at.get(r)!
}

/** Mean LogExp between a face's embedding and that of its copy of r px. */
function distance(asked: Asked, r: number): number {
  const { tf } = asked
  const rows = (size: number) => tf.tensor2d(embed(asked, synth.test, size))
  return tf.tidy(() => logExp(tf as never, rows(FULL), rows(r), { p: 1 }).dataSync()[0]!)
}

describe.skipIf(tooSlow)(named('recipe A, distillation into a wavelet student'), () => {
  it('the teacher falls off at 14 px; the student beats it there and keeps the large faces', async () => {
    const of = await run(shipped('a/small/table-a1-row-5.json', [3, 30]))
    const teacher = rates(of('teacher'), 'A, teacher')
    const student = rates(of('student'), 'A, student')
    expect(teacher(FULL)).toBeGreaterThan(95)
    expect(teacher(FULL) - teacher(14)).toBeGreaterThan(10)
    expect(student(14)).toBeGreaterThan(teacher(14))
    expect(teacher(FULL) - student(FULL)).toBeLessThan(3)
  }, 900_000)
})

describe.skipIf(tooSlow)(named('recipe C, several sizes and LogExp'), () => {
  it('beats the network of large faces alone at 14 px, and brings the small copies nearer', async () => {
    const alone = (await run(shipped('c/small/table-c4-row-1.json', [3, 24])))('student')
    const several = (await run(shipped('c/small/table-c4-row-7.json', [3, 24])))('student')
    const before = rates(alone, 'C, large faces alone')
    const after = rates(several, 'C, 7/14/20 px and LogExp')
    expect(after(14)).toBeGreaterThan(before(14))
    for (const r of [7, 14]) {
      const [far, near] = [distance(alone, r), distance(several, r)]
      console.log(`C, mean LogExp at ${r} px: ${far.toExponential(3)} before, ${near.toExponential(3)} after`)
      expect(near).toBeLessThan(far)
    }
  }, 900_000)
})

it.each(['a/small/table-a1-row-5.json', 'c/small/table-c4-row-7.json'])(
  '%s: equal seeds, equal losses',
  async (file) => {
    const cpu = await openBackend('cpu')
    const losses = async (seed: number): Promise<number[][]> => {
      const recipe = shipped(file, [0.02, 0.02])
      recipe.seed = seed
      for (const phase of recipe.phases) phase.batch = 2
      for (const model of Object.values(recipe.models)) if (model.kind === 'network') model.config['width'] = 0.05
      const result = await trainOn(cpu, recipe, synth)
      result.models.dispose()
      return result.losses
    }
    const first = await losses(1)
    expect(first.map((l) => l.length)).toEqual([2, 2])
    expect(await losses(1)).toEqual(first)
    expect(await losses(2)).not.toEqual(first)
  },
)
