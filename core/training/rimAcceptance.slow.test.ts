// RIM's face hallucination learns: four faces by heart, and from many to others; its critic sees what it should.
import type * as TfCore from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { throughSize } from '../images/degrade.ts'
import { openBackend, type LearnBackend } from '../runtime/learn/backend.ts'
import { addonFolder } from '../runtime/learn/tensorflow.ts'
import { createModels, groupVariables, type Models } from './models.ts'
import { createOptimiser } from './optimiser.ts'
import { OptimiserSpec, Recipe } from './recipe.ts'
import { resultPaths } from './result.ts'
import { answers, trainStep } from './step.ts'
import { compileTerm } from './terms.ts'
import { synthAt, trainOn, type Face } from './testSynth.ts'
import { normalise } from './viewBatch.ts'

const addon = addonFolder('tensorflow')
/** Minutes with it, the better part of an hour without. */
const tooSlow = 'reason' in addon ? `needs TensorFlow to be done in minutes: ${addon.reason}` : ''
const named = (name: string): string => (tooSlow ? `${name} (${tooSlow})` : name)

const SIDE = 64
const SMALL = 16
/** Landmarks and parts of people made of waves are not known, and nobody's embedding is asked. */
const WITHOUT = new Set(['landmarks', 'parsing', 'identity'])

/** All of the generator but the heads of those two. */
const LEARNING = [
  'encoder',
  'integrator',
  ...['stem', 'block1', 'block2', 'block3', 'hourglass'].map((n) => `prior/${n}`),
]

/** A shipped recipe for faces of 64 px, its networks 16 channels wide; only sizes and schedule are for 240 faces. */
function shipped(file: string, steps: { readonly epochs: number; readonly batch: number }): Recipe {
  const recipe = Recipe.parse(JSON.parse(readFileSync(resource('recipes', ...file.split('/')), 'utf8')))
  recipe.views = recipe.views
    .filter(({ name }) => name !== 'large')
    .map((view) => ({ ...view, size: SIDE, flip: 'none', degrade: 'none', clean: 1 }))
  recipe.views.find(({ name }) => name === 'lr')!.resolutions = { kind: 'choices', choices: [{ r: SMALL, p: 1 }] }
  for (const name of ['teacher', 'judge']) delete recipe.models[name]
  for (const model of Object.values(recipe.models))
    if (model.kind === 'network')
      model.config = { ...model.config, size: SIDE, width: 16, prior: 16, rounds: 1, embedding: 32 }
  for (const phase of recipe.phases) {
    Object.assign(phase, steps)
    phase.optimiser = OptimiserSpec.parse({ kind: 'adam' })
    phase.rate = { kind: 'cosine', init: 0.003, final: 1e-4, warmup: 10 }
    delete phase.ema
    for (const step of phase.steps) {
      step.terms = step.terms.filter(({ id }) => !WITHOUT.has(id))
      if (step.train.includes('generator')) step.train = ['coarse', ...LEARNING.map((part) => `generator/${part}`)]
    }
  }
  return recipe
}

/** dB. */
function psnr(x: ArrayLike<number>, y: Uint8Array): number {
  const sum = y.reduce((total, value, i) => total + (value - x[i]!) ** 2, 0)
  return 10 * Math.log10((255 * 255 * y.length) / sum)
}

/** Mean PSNR of made-up and of bicubic faces, dB. */
function fidelity({ tf }: LearnBackend, recipe: Recipe, models: Models, faces: readonly Face[]) {
  const plane = SIDE * SIDE * 3
  const x = new Float32Array(faces.length * plane)
  const enlarged = faces.map(({ image }) => throughSize(image, SMALL))
  for (const [k, face] of enlarged.entries()) normalise(face, recipe.pixels, x, k * plane)
  const [image] = resultPaths(recipe, 'lr').get('image')!
  const y = tf.tidy(() => {
    const views = new Map([['lr', tf.tensor4d(x, [faces.length, SIDE, SIDE, 3])]])
    const told = new Map([['lr', tf.fill<TfCore.Rank.R1>([faces.length], Math.log2(SMALL / 112))]])
    const [y] = answers({ tf, networks: models.networks }, [image!], { views, told })
    return y!
  })
  const made = Uint8ClampedArray.from(y.dataSync(), (v) => v * 127.5 + 127.5)
  y.dispose()
  const mean = (of: (k: number) => ArrayLike<number>): number =>
    faces.reduce((sum, { image }, k) => sum + psnr(of(k), image.data), 0) / faces.length
  return { made: mean((k) => made.subarray(k * plane, (k + 1) * plane)), bicubic: mean((k) => enlarged[k]!.data) }
}

let backend: LearnBackend
beforeAll(async () => {
  if (!tooSlow) backend = await openBackend('tensorflow')
})

describe.skipIf(tooSlow)(named('the hallucination network'), () => {
  it('knows four faces by heart after 300 steps: 3 dB above bicubic', async () => {
    const recipe = shipped('vestige-rim.json', { epochs: 300, batch: 4 })
    const train = synthAt(SIDE)
      .train.filter((_, i) => i % 61 === 0)
      .slice(0, 4)
    const { models, losses } = await trainOn(backend, recipe, { train })
    expect(losses[0]).toHaveLength(300)
    const { made, bicubic } = fidelity(backend, recipe, models, train)
    console.log(`four faces, ${SMALL} to ${SIDE} px: ${made.toFixed(2)} dB, bicubic ${bicubic.toFixed(2)} dB`)
    models.dispose()
    expect(made).toBeGreaterThan(bicubic + 3)
  }, 900_000)

  it.each(['vestige-rim.json', 'b/small/faces.json'])(
    '%s: what it learnt of 240 faces holds for others',
    async (file) => {
      const recipe = shipped(file, { epochs: 6, batch: 8 })
      // The released networks draw a face anew, and cannot keep its brightness; as corrections both begin as bicubic.
      for (const model of Object.values(recipe.models))
        if (model.kind === 'network' && model.network !== 'rim-critic') model.config['skip'] = true
      const { train, test } = synthAt(SIDE)
      const { models } = await trainOn(backend, recipe, { train })
      const { made, bicubic } = fidelity(backend, recipe, models, test)
      console.log(
        `${file}, held-out faces, ${SMALL} to ${SIDE} px: ${made.toFixed(2)} dB, bicubic ${bicubic.toFixed(2)} dB`,
      )
      models.dispose()
      expect(made).toBeGreaterThan(bicubic)
    },
    900_000,
  )
})

it('a step of the critic leaves the generator bit for bit, and does not bring the two kinds of features nearer', async () => {
  const { tf } = await openBackend('cpu')
  const recipe = shipped('b/small/faces.json', { epochs: 1, batch: 4 })
  for (const view of recipe.views) view.size = 32
  for (const model of Object.values(recipe.models))
    if (model.kind === 'network') Object.assign(model.config, { size: 32, width: 8, prior: 8 })
  const models = createModels(tf, recipe, 1, new Map())
  const core = tf as unknown as typeof TfCore
  const [critic, generator] = recipe.phases[0]!.steps
  const x = (seed: number) => tf.randomUniform<TfCore.Rank.R4>([4, 32, 32, 3], -1, 1, 'float32', seed)
  const batch = {
    views: new Map([
      ['hr', x(1)],
      ['lr', x(2)],
    ]),
    labels: tf.tensor1d([0, 0, 0, 0], 'int32'),
    given: new Map(),
  }
  const context = {
    tf: core,
    networks: models.networks,
    heads: models.heads,
    trainable: new Set(['coarse', 'generator', 'critic']),
    classes: 1,
  }
  const snapshot = (of: string): number[][] =>
    [...models.all].filter(([name]) => name.startsWith(`${of}/`)).map(([, v]) => [...v.dataSync()])
  const run = async ({ train, terms }: typeof critic & object, rate: number) => {
    const variables = groupVariables(models, train)
    const optimiser = createOptimiser(core, OptimiserSpec.parse({ kind: 'adam' }), variables, () => true)
    const plan = { variables, terms: terms.map(compileTerm), batchNorm: 'train' as const, clip: undefined }
    return (await trainStep(context, plan, batch, optimiser, rate)).terms
  }
  const before = [snapshot('coarse'), snapshot('generator')]
  const first = await run(critic!, 1e-3)
  expect([snapshot('coarse'), snapshot('generator')]).toEqual(before)
  const kept = snapshot('critic').filter((_, i) => i < 2)
  const second = await run(critic!, 1e-3)
  expect(second['critic']).toBeGreaterThanOrEqual(first['critic']!)
  expect(snapshot('critic').filter((_, i) => i < 2)).not.toEqual(kept)
  const still = snapshot('critic')
  await run(generator!, 1e-3)
  // Its running statistics move, as those of every network that is shown a batch; its weights do not.
  const weights = (of: number[][]) =>
    of.filter((_, i) =>
      [...models.all.keys()]
        .filter((n) => n.startsWith('critic/'))
        [i]!.match(/(filter|bias|matrix|gain|offset|slope)$/),
    )
  expect(weights(snapshot('critic'))).toEqual(weights(still))
  expect(snapshot('generator')).not.toEqual(before[1])
})
