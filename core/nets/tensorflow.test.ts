// Training behaviour of the TensorFlow.js lowering: batch statistics, gradients, explicit padding, no leaks.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { build } from './build.ts'
import { filled, initialWeights, normal } from './initialise.ts'
import { toTensorFlow } from './tensorflow.ts'

beforeAll(() => {
  tf.enableProdMode()
  return tf.setBackend('cpu')
})

const column = (...data: number[]) => tf.tensor2d(data, [data.length, 1])

it('normalises by the batch in training and remembers what PyTorch would remember', async () => {
  const g = build('bn')
  const graph = g.done({ y: g.batchNorm('b', g.input([1])) })
  const net = toTensorFlow(tf, graph, initialWeights(graph, 1))
  // PyTorch, BatchNorm1d(1): input 1, 2, 3, 6 has mean 3, biased variance 3.5, unbiased 4.6667.
  const y = tf.tidy(() => net.apply(column(1, 2, 3, 6), { training: true }).y!)
  const expected = [-2, -1, 0, 3].map((d) => d / Math.sqrt(3.5 + 1e-5))
  ;(await y.data()).forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 5))
  const after = await net.weights()
  expect(after.get('b/mean')!.data[0]).toBeCloseTo(0.3, 6)
  expect(after.get('b/variance')!.data[0]).toBeCloseTo(0.9 + 0.1 * (14 / 3), 6)
  // Told not to, it leaves them alone; and inference uses them.
  tf.tidy(() => net.apply(column(9, 9.5), { training: true, updateStatistics: false }))
  expect((await net.weights()).get('b/mean')!.data[0]).toBeCloseTo(0.3, 6)
  const still = tf.tidy(() => net.apply(column(0.3)).y!)
  expect((await still.data())[0]).toBeCloseTo(0, 6)
})

it("pads a stride-2 convolution as PyTorch's padding=1 does, not as 'same'", async () => {
  const g = build('pad')
  const graph = g.done({ y: g.conv('c', g.input([4, 4, 1]), { filters: 1, kernel: 3, stride: 2, pad: 1 }) })
  const net = toTensorFlow(
    tf,
    graph,
    filled(graph, () => () => 1),
  )
  const y = tf.tidy(
    () =>
      net.apply(
        tf.tensor(
          Array.from({ length: 16 }, (_, i) => i),
          [1, 4, 4, 1],
        ),
      ).y!,
  )
  expect([...(await y.data())]).toEqual([10, 24, 51, 90])
})

it('pools as PyTorch does: padding of one row on every side, which never wins', async () => {
  const g = build('pool')
  const graph = g.done({ y: g.maxPool('m', g.input([4, 4, 1]), { kernel: 3, stride: 2, pad: 1 }) })
  const net = toTensorFlow(tf, graph, new Map())
  const falling = Array.from({ length: 16 }, (_, i) => i - 20)
  const y = tf.tidy(() => net.apply(tf.tensor(falling, [1, 4, 4, 1])).y!)
  // 'same' would look at rows 0-2 and 2-3, and give -10, -9, -6, -5; zeros that may win would give zeros.
  expect([...(await y.data())]).toEqual([-15, -13, -7, -5])
})

it('halves a 4x4 map to its orthonormal low band', async () => {
  const g = build('haar')
  const graph = g.done({ y: g.haarLowPass('h', g.input([4, 4, 1])) })
  const net = toTensorFlow(tf, graph, new Map())
  const y = net.apply(
    tf.tensor(
      Array.from({ length: 16 }, (_, i) => i + 1),
      [1, 4, 4, 1],
    ),
  ).y!
  expect([...(await y.data())]).toEqual([7, 11, 23, 27])
})

function trainable() {
  const g = build('trainable')
  let x = g.input([6, 6, 2])
  x = g.prelu('a', g.batchNorm('b', g.conv('c', x, { filters: 4, kernel: 3, stride: 2, pad: 1 })))
  x = g.conv('dw', x, { filters: 4, kernel: 3, pad: 1, groups: 4 })
  x = g.dense('d', g.flatten('f', g.add('s', x, g.maxPool('m', x, { kernel: 3, stride: 1, pad: 1 })), 'chw'), {
    units: 3,
  })
  const graph = g.done({ y: g.l2Normalise('n', x) })
  return toTensorFlow(tf, graph, initialWeights(graph, 5))
}
const batch = (seed: number) => tf.tensor(Float32Array.from({ length: 3 * 72 }, normal(seed)), [3, 6, 6, 2])

it('has gradients for every trainable weight that agree with finite differences', async () => {
  const net = trainable()
  const x = batch(1)
  const target = tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3])
  const options = { training: true, updateStatistics: false }
  const loss = () => tf.sum(tf.mul(net.apply(x, options).y!, target)) as tf.Scalar
  const list = net.variables()
  expect(list).toHaveLength(7)
  const { grads } = tf.variableGrads(loss, list)
  for (const name of ['c/filter', 'b/gain', 'a/slope', 'dw/filter', 'd/matrix', 'd/bias']) {
    const variable = net.variable(name)
    const gradient = await grads[variable.name]!.data()
    const values = Float32Array.from(await variable.data())
    const h = 1e-2
    const at = async (delta: number) => {
      const moved = values.slice()
      moved[1]! += delta
      variable.assign(tf.tensor(moved, variable.shape))
      return (await tf.tidy(loss).data())[0]!
    }
    const slope = ((await at(h)) - (await at(-h))) / (2 * h)
    variable.assign(tf.tensor(values, variable.shape))
    expect(slope).toBeCloseTo(gradient[1]!, 2)
  }
})

it('drops out in training only, and the same values for the same seed', async () => {
  const g = build('dropout')
  const graph = g.done({ y: g.dropout('d', g.input([1000]), 0.4) })
  const net = toTensorFlow(tf, graph, new Map())
  const run = async (options: Parameters<typeof net.apply>[1]) =>
    [...(await tf.tidy(() => net.apply(tf.ones([1, 1000]), options).y!).data())] as number[]
  const zeros = (values: number[]): number => values.filter((v) => v === 0).length
  expect(zeros(await run({}))).toBe(0)
  const first = await run({ training: true, seed: 7 })
  expect(zeros(first)).toBeGreaterThan(340)
  expect(zeros(first)).toBeLessThan(460)
  expect(first.find((v) => v !== 0)).toBeCloseTo(1 / 0.6, 5)
  expect(await run({ training: true, seed: 7 })).toEqual(first)
  expect(await run({ training: true, seed: 8 })).not.toEqual(first)
})

it('keeps the number of tensors constant over training steps', () => {
  const net = trainable()
  const x = batch(2)
  const optimiser = tf.train.sgd(0.01)
  const step = () =>
    optimiser.minimize(() => tf.mean(net.apply(x, { training: true }).y!) as tf.Scalar, false, net.variables())
  step()
  const before = tf.memory().numTensors
  for (let i = 0; i < 5; i++) step()
  expect(tf.memory().numTensors).toBe(before)
  const others = before - 9 // seven trainable weights and two running statistics
  net.dispose()
  expect(tf.memory().numTensors).toBe(others)
})

it('refuses a store that lacks a weight or has one of another shape, and an image of another size', () => {
  const net = trainable()
  const store = initialWeights(net.graph, 1)
  store.delete('dw/filter')
  expect(() => net.load(store)).toThrow('the weights lack "dw/filter" (3x3x1x4)')
  expect(() => net.apply(tf.zeros([1, 5, 6, 2]))).toThrow('trainable takes 6x6x2, not 5x6x2')
})
