// The recipes that ship: each one is valid, names what exists, and makes the steps of its paper.
import * as tf from '@tensorflow/tfjs'
import type * as TfCore from '@tensorflow/tfjs-core'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { random } from '../images/random.ts'
import { cosface } from '../losses/marginSoftmax.ts'
import { checkRecipe } from './check.ts'
import { createModels, groupVariables } from './models.ts'
import { createOptimiser } from './optimiser.ts'
import { Recipe } from './recipe.ts'
import { rateAt } from './schedule.ts'
import { trainStep } from './step.ts'
import { compileTerm } from './terms.ts'
import { drawResolution } from './views.ts'

beforeAll(() => tf.setBackend('cpu'))
const folder = resource('recipes')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => file.endsWith('.json') && file !== 'index.json')
const read = (file: string): Recipe => Recipe.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')))

describe('recipes that ship', () => {
  it.each(files)('%s is valid and fits together', (file) => expect(() => checkRecipe(read(file))).not.toThrow())
  it('train as their papers say', () => {
    const a = read('a/table-a1-row-5.json')
    expect(a.phases.map((p) => [p.name, p.epochs, p.batch, p.optimiser])).toEqual([
      ['teacher', 18, 128, { kind: 'sgd', momentum: 0.9, nesterov: false, decay: 5e-4 }],
      ['student', 18, 128, { kind: 'sgd', momentum: 0.9, nesterov: false, decay: 1e-4 }],
    ])
    expect([9, 10, 13, 16].map((epoch) => rateAt(a.phases[0]!.rate, epoch, 0, 1))).toEqual(
      [0.1, 0.01, 0.001, 0.0001].map((rate) => expect.closeTo(rate, 9) as number),
    )
    expect(a.views.map((v) => [v.flip, v.degrade])).toEqual([
      ['paired', 'none'],
      ['paired', 'surveillance'],
    ])
    const c = read('c/table-c4-row-7.json')
    expect(c.phases[0]).toMatchObject({ epochs: 28, batch: 256, rate: { init: 0.1, at: [16, 24] } })
    expect(c.views.map((v) => v.flip)).toEqual(['independent', 'independent'])
    expect(c.heads).toEqual({ head: { embedding: 512, margin: 'cosface', s: 48, m: 0.4 } })
    expect(read('c/ms1m-resnet-50.json').phases[0]).toMatchObject({ epochs: 16, rate: { init: 0.01, at: [8, 12] } })
  })
  it('MAug draws 7, 14 and 20 px as 1 : 1 : 2', () => {
    const sizes = read('c/table-c4-row-7.json').views[1]!.resolutions!
    const draw = random(1)
    const seen = new Map<number, number>()
    for (let i = 0; i < 10_000; i++) {
      const r = drawResolution(sizes, draw, 112)
      seen.set(r, (seen.get(r) ?? 0) + 1)
    }
    for (const [r, share] of [
      [7, 0.25],
      [14, 0.25],
      [20, 0.5],
    ] as const)
      expect(Math.abs((seen.get(r) ?? 0) / 10_000 - share)).toBeLessThan(0.015)
  })
})

describe('a recipe whose parts do not fit', () => {
  const good = (): Recipe => read('a/small/table-a1-row-5.json')
  const broken: readonly (readonly [string, (r: Recipe) => void, RegExp])[] = [
    ['network', (r) => Object.assign(r.models['student']!, { network: 'resnet' }), /no network "resnet"/],
    ['loss', (r) => (r.phases[1]!.steps[0]!.terms[0]!.fn = 'arcface'), /no loss "arcface"/],
    ['view', (r) => r.views.pop(), /no view "lr"/],
    ['tap', (r) => (r.phases[1]!.steps[0]!.terms[2]!.args['student'] = 'student(lr).s9'), /student\(lr\).s9/],
    ['model', (r) => delete r.models['teacher'], /no model "teacher"|has nothing of that name/],
    ['head', (r) => delete r.heads['hS'], /hS/],
    ['group', (r) => r.phases[0]!.steps[0]!.train.push('nobody'), /trains "nobody"/],
    ['size', (r) => (r.views[0]!.size = 64), /faces of 64 px/],
    ['dimension', (r) => (r.heads['hS']!.embedding = 64), /for 64 numbers/],
    ['result', (r) => (r.result = { model: 'student', tap: 'logits' }), /tap "logits"/],
    [
      "result's network",
      (r) => (r.result = { taps: { embedding: 'teacher(teacher(hr).logits).embedding' } }),
      /logits/,
    ],
    [
      "result's view",
      (r) => (r.result = { taps: { embedding: ['student(lr).embedding', 'student(hr).embedding'] } }),
      /one view, not 2/,
    ],
  ]
  it.each(broken)('its %s is named', (_what, damage, message) => {
    const recipe = good()
    damage(recipe)
    expect(() => checkRecipe(recipe)).toThrow(message)
  })
})

describe('LRFR without its distance', () => {
  it('is the mean of two CosFace losses', async () => {
    const recipe = read('c/small/table-c4-row-7.json')
    const { s, m } = recipe.heads['head']!
    Object.assign(recipe.models['student']!, {
      config: { depth: 18, width: 0.05, input: 16, embedding: 8, dropout: 0 },
    })
    recipe.heads['head']!.embedding = 8
    const phase = recipe.phases.find((p) => p.steps[0]!.terms.some((t) => t.id === 'distance'))!
    phase.steps[0]!.terms.find((t) => t.id === 'distance')!.weight = 0
    const models = createModels(tf, recipe, 3, new Map())
    const core = tf as unknown as typeof TfCore
    const x = (seed: number) => tf.randomUniform<tf.Rank.R4>([4, 16, 16, 3], -1, 1, 'float32', seed)
    const views = new Map([
      ['hr', x(1)],
      ['lr', x(2)],
    ])
    const labels = tf.tensor1d([0, 1, 2, 1], 'int32')
    const expected = ['hr', 'lr'].map((view) =>
      tf.tidy(() => {
        const f = models.networks.get('student')!.apply(views.get(view)!, { training: true, updateStatistics: false })
        const w = models.heads.get('head')!.weight
        const directions = tf.div(w, tf.norm(w, 2, 0, true))
        const cos = tf.matMul(f['embedding'] as tf.Tensor2D, directions as unknown as tf.Tensor2D)
        return cosface(core, cos, tf.oneHot(labels, 3), { s, m }).dataSync()[0]!
      }),
    )
    const variables = groupVariables(models, ['student', 'head'])
    const { loss, terms } = await trainStep(
      { tf: core, networks: models.networks, heads: models.heads, trainable: new Set(['student']), classes: 3 },
      {
        variables,
        terms: phase.steps[0]!.terms.map(compileTerm),
        batchNorm: 'train',
        clip: undefined,
      },
      { views, labels, given: new Map() },
      createOptimiser(core, phase.optimiser, variables, () => true),
      0.1,
    )
    expect(terms['distance']).toBeGreaterThan(0)
    expect(loss).toBeCloseTo((expected[0]! + expected[1]!) / 2, 4)
    expect(expected[0]).not.toBeCloseTo(expected[1]!, 2)
  })
})
