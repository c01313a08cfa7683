// Gradient audit: in every phase of every shipped recipe exactly the variables move that the phase trains.
import * as tf from '@tensorflow/tfjs'
import type * as TfCore from '@tensorflow/tfjs-core'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import type { NetworkConfig } from '../nets/config.ts'
import { networkSettings } from '../nets/registry.ts'
import { openBackend } from '../runtime/learn/backend.ts'
import { createModels, groupVariables, type Models } from './models.ts'
import { createOptimiser } from './optimiser.ts'
import { OptimiserSpec, Recipe, type Phase } from './recipe.ts'
import { trainStep } from './step.ts'
import { compileTerm } from './terms.ts'

// Its gradients are the cpu backend's (core/runtime/learn/wasm.test.ts), in a fraction of the time.
beforeAll(() => openBackend('wasm'))
const core = tf as unknown as typeof TfCore
const SIDE = 16
const EMBEDDING = 8
const folder = resource('recipes')

/** Channels of the student's last map, and of the generative teacher's. */
const CHANNELS = 32
const gdrd: Readonly<Record<string, NetworkConfig>> = {
  'gdrd-student': { input: SIDE, width: CHANNELS / 4, hidden: EMBEDDING, embedding: EMBEDDING },
  'gdrd-adapter': { side: SIDE / 4, channels: CHANNELS, filters: CHANNELS },
  'gdrd-relation': { embedding: EMBEDDING, hidden: EMBEDDING, relation: EMBEDDING },
}

/** The recipe with the smallest networks of its kinds; what is trained, frozen and asked stays. */
function tiny(recipe: Recipe): Recipe {
  const largest = recipe.views.reduce((most, { size }) => Math.max(most, size), 0)
  // Made-up faces cannot be smaller than 32 px.
  const isRim = Object.values(recipe.models).some((m) => m.kind === 'network' && m.network === 'rim-generator')
  const shrunk = (size: number): number => (isRim ? (size * 2 * SIDE) / largest : SIDE)
  for (const spec of Object.values(recipe.models)) {
    if (spec.kind !== 'network') continue
    const settings = networkSettings(spec.network)
    const given = (key: string): number => Number(spec.config[key] ?? settings[key]!.otherwise)
    spec.initial = { from: 'random' }
    if (spec.network === 'shrink') spec.config = { ...spec.config, size: shrunk(given('size')) }
    else if (/^rim-(coarse|generator|critic)$/.test(spec.network))
      spec.config = { size: shrunk(given('size')), width: 8, prior: 8, rounds: 1, embedding: EMBEDDING }
    else if (Object.hasOwn(gdrd, spec.network)) spec.config = gdrd[spec.network]!
    else spec.config = { ...spec.config, width: 0.05, input: shrunk(given('input')), embedding: EMBEDDING }
    if (Object.hasOwn(settings, 'depth')) spec.config['depth'] = 18
  }
  for (const view of recipe.views) view.size = shrunk(view.size)
  for (const head of Object.values(recipe.heads)) head.embedding = EMBEDDING
  if (recipe.priors) recipe.priors.grid = SIDE / 2
  return recipe
}

/** Recipes of the papers' tables; those of one structure differ in numbers alone and are audited once. */
const audited = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /^[abcd]\/.*\.json$/.test(file))
    .toSorted()
    .map((file): [string, Recipe] => [
      file,
      tiny(Recipe.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')))),
    ])
    .toReversed()
    .map(([file, recipe]) => [structure(recipe), { file, recipe }] as const),
)
function structure({ models, phases, heads }: Recipe): string {
  const networks = Object.entries(models).map(([name, m]) => [name, m.kind === 'network' ? m.network : m.role])
  const margins = Object.entries(heads).map(([name, head]) => [name, head.margin])
  const steps = phases.map((p) => p.steps.map((s) => [s.train, s.terms.map(({ fn, args }) => [fn, args])]))
  return JSON.stringify([networks, margins, steps])
}

const snapshot = (variables: ReadonlyMap<string, TfCore.Variable>): Map<string, Float32Array> =>
  new Map([...variables].map(([name, v]) => [name, Float32Array.from(v.dataSync())]))
const unmoved = (before: ReadonlyMap<string, Float32Array>, models: Models): string[] =>
  [...models.all].filter(([name, v]) => v.dataSync().every((x, i) => x === before.get(name)![i])).map(([name]) => name)

async function step(recipe: Recipe, models: Models, phase: Phase, n: number): Promise<void> {
  const { train, terms } = phase.steps[n]!
  const variables = groupVariables(models, train)
  // Without decay, a variable moves by its gradient alone.
  const sgd = OptimiserSpec.parse({ kind: 'sgd', momentum: 0 })
  const x = (size: number, seed: number) => tf.randomUniform<tf.Rank.R4>([4, size, size, 3], -1, 1, 'float32', seed)
  const views = new Map(recipe.views.map(({ name, size }, i) => [name, x(size, i + 1)]))
  const grid = recipe.priors?.grid ?? 1
  const answers: [string, tf.Tensor][] = [
    ['hr.landmarks', tf.randomUniform([4, grid, grid, 68], 0, 1, 'float32', 5)],
    ['hr.parsing', tf.randomUniform([4, grid, grid], 0, 11, 'int32', 6)],
    ['teacher(large).embedding', tf.randomNormal([4, EMBEDDING], 0, 1, 'float32', 7)],
    ['teacher(hr).embedding', tf.randomNormal([4, EMBEDDING], 0, 1, 'float32', 8)],
    ['generative(enlarged).features', tf.randomNormal([4, SIDE / 4, SIDE / 4, CHANNELS], 0, 1, 'float32', 9)],
    ['faces(enlarged).image', x(SIDE, 10)],
  ]
  // Of finished networks and of nobody: what a network of the recipe answers, it is asked.
  const given = new Map(answers.filter(([key]) => !models.networks.has(key.split('(', 1)[0]!)))
  const { skipped } = await trainStep(
    {
      tf: core,
      networks: models.networks,
      heads: models.heads,
      trainable: new Set(train.map((group) => group.split('/', 1)[0]!)),
      classes: 3,
    },
    { variables, terms: terms.map(compileTerm), batchNorm: phase.batchNorm, clip: undefined },
    { views, labels: tf.tensor1d([0, 1, 2, 1], 'int32'), given },
    createOptimiser(core, sgd, variables, () => true),
    0.01,
  )
  expect(skipped).toBe(false)
}

/** Branches that begin as nothing pass no gradient on. */
function wake(models: Models): void {
  for (const [name, v] of models.all)
    if (/\/(gain|filter)$/.test(name) && v.dataSync().every((value) => value === 0))
      v.assign(tf.randomNormal(v.shape, 0, 0.1, 'float32', 8))
}

it.each([...audited.values()].map(({ file, recipe }) => [file, recipe] as const))('%s', async (_file, recipe) => {
  const models = createModels(tf, recipe, 3, new Map())
  wake(models)
  for (const phase of recipe.phases)
    for (const [n, { train }] of phase.steps.entries()) {
      const before = snapshot(models.all)
      await step(recipe, models, phase, n)
      const frozen = [...models.all.keys()].filter((name) => !train.some((group) => name.startsWith(`${group}/`)))
      expect(unmoved(before, models)).toEqual(frozen)
    }
  models.dispose()
})

it('covers what the tables vary', () => expect(audited.size).toBeGreaterThanOrEqual(12))
