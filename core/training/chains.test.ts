// Networks that are shown what other networks answer: a generator and its critic move in turns and not together.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { build } from '../nets/build.ts'
import { initialWeights } from '../nets/initialise.ts'
import { toTensorFlow, type TfNetwork } from '../nets/tensorflow.ts'
import { createOptimiser } from './optimiser.ts'
import { OptimiserSpec } from './recipe.ts'
import { sharedAnswers, trainStep, type StepContext, type StepPlan } from './step.ts'
import { compileTerm } from './terms.ts'

beforeAll(() => tf.setBackend('cpu'))

function net(name: string, channels: number, filters: number, tap: string, seed: number): TfNetwork {
  const g = build(name)
  const conv = g.conv('c', g.input([4, 4, channels]), { filters, kernel: 3, pad: 1, bias: true })
  const graph = g.done({ [tap]: tap === 'image' ? conv : g.dense('d', g.globalAvgPool('p', conv), { units: 2 }) })
  return toTensorFlow(tf, graph, initialWeights(graph, seed))
}
const images = (seed: number) => tf.randomUniform<tf.Rank.R4>([3, 4, 4, 3], -1, 1, 'float32', seed)
const term = (args: Record<string, string>) => compileTerm({ id: 'pixel', weight: 1, fn: 'meanSquare', args })
const values = (network: TfNetwork): number[] => network.variables().flatMap((v) => [...v.dataSync()])

function start(channels = 3) {
  const generator = net('generator', channels, 3, 'image', 1)
  const critic = net('critic', 3, 4, 'embedding', 2)
  const context: StepContext = {
    tf,
    networks: new Map([
      ['generator', generator],
      ['critic', critic],
    ]),
    heads: new Map(),
    trainable: new Set(['generator', 'critic']),
    classes: 1,
  }
  const batch = {
    views: new Map([
      ['lr', images(3)],
      ['hr', images(4)],
    ]),
    told: new Map([['lr', tf.tensor1d([-3, -2, -1])]]),
    labels: tf.tensor1d([0, 0, 0], 'int32'),
    given: new Map(),
  }
  const step = (train: TfNetwork, args: Record<string, string>, more: Partial<StepContext> = {}) => {
    const variables = new Map(train.variables().map((v, i) => [`v${i}`, v]))
    const sgd = createOptimiser(tf, OptimiserSpec.parse({ kind: 'sgd', momentum: 0 }), variables, () => true)
    const plan = { variables, terms: [term(args)], batchNorm: 'train' as const, clip: undefined }
    return trainStep({ ...context, ...more }, plan, batch, sgd, 0.1).finally(() => sgd.dispose())
  }
  return { generator, critic, batch, step }
}
const seen = { x: 'critic(generator(lr).image).embedding', y: 'critic(hr).embedding' }

it('moves the generator through a critic that stays bit for bit, and the other way round', async () => {
  for (const turn of [0, 1]) {
    const { generator, critic, step } = start()
    const [moved, kept] = turn ? [critic, generator] : [generator, critic]
    const before = [values(moved), values(kept)]
    const first = await step(moved, seen)
    expect(values(kept)).toEqual(before[1])
    expect(values(moved)).not.toEqual(before[0])
    expect((await step(moved, seen)).loss).toBeLessThan(first.loss)
  }
})

it('shows two inputs as one batch, in their order', async () => {
  const { generator, critic, batch, step } = start()
  const together = 'critic(generator(lr).image + hr).embedding'
  const target = 'critic(hr + hr).embedding'
  const expected = tf.tidy(() => {
    const of = (x: tf.Tensor): tf.Tensor => critic.apply(x).embedding!
    const fake = of(generator.apply(batch.views.get('lr')!).image!)
    // Half of the rows are compared with themselves.
    return tf.mean(tf.squaredDifference(fake, of(batch.views.get('hr')!))).dataSync()[0]! / 2
  })
  expect((await step(critic, { x: together, y: target })).loss).toBeCloseTo(expected, 6)
})

it('tells a network with a fourth channel the native size', async () => {
  const { generator, batch, step } = start(4)
  const expected = tf.tidy(() => {
    const plane = tf.tile(tf.reshape(batch.told.get('lr')!, [3, 1, 1, 1]), [1, 4, 4, 1])
    const image = generator.apply(tf.concat([batch.views.get('lr')!, plane], 3)).image!
    return tf.mean(tf.squaredDifference(image, batch.views.get('hr')!)).dataSync()[0]!
  })
  expect((await step(generator, { x: 'generator(lr).image', y: 'hr' })).loss).toBeCloseTo(expected, 6)
  await expect(step(generator, { x: 'generator(generator(lr).image).image', y: 'hr' })).rejects.toThrow(/native size/)
})

it('gives a model with pixels of its own what it was trained on', async () => {
  const { critic, generator, batch, step } = start()
  const expected = tf.tidy(() => {
    const own = tf.add(tf.mul(generator.apply(batch.views.get('lr')!).image!, [2, 3, 4]), [0.5, 0, -1])
    const target = tf.add(tf.mul(batch.views.get('hr')!, [2, 3, 4]), [0.5, 0, -1])
    const of = (x: tf.Tensor): tf.Tensor => critic.apply(x).embedding!
    return tf.mean(tf.squaredDifference(of(own), of(target))).dataSync()[0]!
  })
  const pixels = new Map([['critic', { factor: [2, 3, 4], offset: [0.5, 0, -1] }]])
  expect((await step(generator, seen, { pixels })).loss).toBeCloseTo(expected, 6)
})

it('leaves no tensor behind', async () => {
  const { generator, critic, step } = start()
  await step(generator, seen)
  await step(critic, seen)
  const before = tf.memory().numTensors
  await step(generator, seen)
  await step(critic, seen)
  expect(tf.memory().numTensors).toBe(before)
})

it('asks a network once that two steps need and none of them moves', () => {
  const { generator, critic, batch } = start()
  let asked = 0
  const counted: TfNetwork = {
    ...generator,
    apply: (...given) => {
      asked++
      return generator.apply(...given)
    },
  }
  const context: StepContext = {
    tf,
    networks: new Map([
      ['generator', counted],
      ['critic', critic],
      ['other', net('other', 3, 4, 'embedding', 5)],
    ]),
    heads: new Map(),
    trainable: new Set(['critic', 'other']),
    classes: 1,
  }
  const plan = (model: string): StepPlan => ({
    variables: new Map(
      context.networks
        .get(model)!
        .variables()
        .map((v, i) => [`${model}/v${i}`, v]),
    ),
    terms: [term({ x: `${model}(generator(lr).image).embedding`, y: `${model}(hr).embedding` })],
    batchNorm: 'train',
    clip: undefined,
  })
  const shared = sharedAnswers(context, [plan('critic'), plan('other')], batch)
  expect([[...shared.keys()], asked]).toEqual([['generator(lr).image'], 1])
  expect(sharedAnswers(context, [plan('critic')], batch).size).toBe(0)
  const moving = { ...plan('other'), variables: new Map(generator.variables().map((v, i) => [`g${i}`, v])) }
  expect([...sharedAnswers(context, [plan('critic'), moving], batch).keys()]).toEqual(['other(hr).embedding'])
})
