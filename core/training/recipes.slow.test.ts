// Gradient audit: in every phase of every shipped recipe exactly the variables move that the phase trains.
import * as tf from '@tensorflow/tfjs'
import type * as TfCore from '@tensorflow/tfjs-core'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { networkSettings } from '../nets/registry.ts'
import { createModels, groupVariables, type Models } from './models.ts'
import { createOptimiser } from './optimiser.ts'
import { OptimiserSpec, Recipe, type Phase } from './recipe.ts'
import { trainStep } from './step.ts'
import { compileTerm } from './terms.ts'

beforeAll(() => tf.setBackend('cpu'))
const core = tf as unknown as typeof TfCore
const SIDE = 16
const EMBEDDING = 8
const folder = resource('recipes')

/** The recipe with the smallest networks of its kinds; what is trained, frozen and asked stays. */
function tiny(recipe: Recipe): Recipe {
  for (const spec of Object.values(recipe.models))
    if (spec.kind === 'network') {
      spec.config = { ...spec.config, width: 0.05, input: SIDE, embedding: EMBEDDING }
      if (Object.hasOwn(networkSettings(spec.network), 'depth')) spec.config['depth'] = 18
    }
  for (const view of recipe.views) view.size = SIDE
  for (const head of Object.values(recipe.heads)) head.embedding = EMBEDDING
  return recipe
}

/** Recipes of the papers' tables; those of one structure differ in numbers alone and are audited once. */
const audited = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /^[ac]\/.*\.json$/.test(file))
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

async function step(models: Models, phase: Phase, n: number): Promise<void> {
  const { train, terms } = phase.steps[n]!
  const variables = groupVariables(models, train)
  // Without decay, a variable moves by its gradient alone.
  const sgd = OptimiserSpec.parse({ kind: 'sgd', momentum: 0 })
  const x = (seed: number) => tf.randomUniform<tf.Rank.R4>([4, SIDE, SIDE, 3], -1, 1, 'float32', seed)
  const views = new Map([
    ['hr', x(1)],
    ['lr', x(2)],
  ])
  const { skipped } = await trainStep(
    {
      tf: core,
      networks: models.networks,
      heads: models.heads,
      trainable: new Set(train.map((group) => group.split('/', 1)[0]!)),
      classes: 3,
    },
    { variables, terms: terms.map(compileTerm), batchNorm: phase.batchNorm, clip: undefined },
    { views, labels: tf.tensor1d([0, 1, 2, 1], 'int32'), given: new Map() },
    createOptimiser(core, sgd, variables, () => true),
    0.01,
  )
  expect(skipped).toBe(false)
}

it.each([...audited.values()].map(({ file, recipe }) => [file, recipe] as const))('%s', async (_file, recipe) => {
  const models = createModels(tf, recipe, 3, new Map())
  for (const phase of recipe.phases)
    for (const [n, { train }] of phase.steps.entries()) {
      const before = snapshot(models.all)
      await step(models, phase, n)
      const frozen = [...models.all.keys()].filter((name) => !train.some((group) => name.startsWith(`${group}/`)))
      expect(unmoved(before, models)).toEqual(frozen)
    }
  models.dispose()
})

it('covers what the tables vary', () => expect(audited.size).toBeGreaterThanOrEqual(12))
