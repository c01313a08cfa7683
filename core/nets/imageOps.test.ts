// Operations of networks that make images: PyTorch's numbers, and gradients that agree with finite differences.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { build, type Builder } from './build.ts'
import { count } from './count.ts'
import { filled, normal } from './initialise.ts'
import { weightSpecs } from './specs.ts'
import { randomWeights } from './testSupport.ts'
import { toTensorFlow } from './tensorflow.ts'

beforeAll(() => {
  tf.enableProdMode()
  return tf.setBackend('cpu')
})
type Draw = (g: Builder, x: string) => string
const graphOf = (shape: [number, number, number], draw: Draw) => {
  const g = build('test')
  return g.done({ y: draw(g, g.input(shape)) })
}

it('crops a transposed convolution as PyTorch does', () => {
  const graph = graphOf([2, 2, 1], (g, x) =>
    g.deconv('c', x, { filters: 1, kernel: 3, stride: 2, pad: 1, outputPad: 1 }),
  )
  const ones = filled(graph, () => () => 1)
  const net = toTensorFlow(tf, graph, ones)
  const y = tf.tidy(() => net.apply(tf.tensor([1, 2, 3, 4], [1, 2, 2, 1])).y!)
  // ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1) with weights of 1.
  expect([...y.dataSync()]).toEqual([1, 3, 2, 2, 4, 10, 6, 6, 3, 7, 4, 4, 3, 7, 4, 4])
})

it('counts a transposed convolution by its input, and its weights as they lie', () => {
  const graph = graphOf([4, 5, 3], (g, x) => g.deconv('c', x, { filters: 6, kernel: 7, stride: 4, bias: true }))
  expect(weightSpecs(graph).map((s) => s.shape)).toEqual([[7, 7, 6, 3], [6]])
  expect(count(graph)).toEqual({ parameters: 49 * 18 + 6, buffers: 0, macs: 20 * 49 * 18 })
})

it('normalises every map of every image by itself', () => {
  const graph = graphOf([2, 2, 1], (g, x) => g.instanceNorm('i', x))
  const net = toTensorFlow(
    tf,
    graph,
    filled(graph, ({ role }) => (role === 'gain' ? () => 2 : () => 0.5)),
  )
  const y = tf.tidy(() => net.apply(tf.tensor([1, 2, 3, 6, 10, 20, 30, 60], [2, 2, 2, 1])).y!)
  // 1, 2, 3, 6 has mean 3 and biased variance 3.5.
  const expected = [-2, -1, 0, 3].map((d) => (2 * d) / Math.sqrt(3.5) + 0.5)
  ;[...y.dataSync()].forEach((v, i) => expect(v).toBeCloseTo(expected[i % 4]!, 4))
})

it('a map of one value stays finite, and so does its gradient', () => {
  const graph = graphOf([3, 3, 1], (g, x) => g.instanceNorm('i', x, { affine: false }))
  const net = toTensorFlow(tf, graph, new Map())
  const dx = tf.grad((x) => tf.sum(tf.mul(net.apply(x).y!, tf.tensor([1, 2, 0, 0, 0, 0, 0, 0, 0], [1, 3, 3, 1]))))
  for (const v of dx(tf.fill([1, 3, 3, 1], 7)).dataSync()) expect(Number.isFinite(v)).toBe(true)
})

const draws: Record<string, Draw> = {
  'instance normalisation': (g, x) => g.instanceNorm('o', x),
  'instance normalisation without gains': (g, x) => g.instanceNorm('o', x, { affine: false }),
  'transposed convolution': (g, x) =>
    g.deconv('o', x, { filters: 2, kernel: 7, stride: 4, pad: 2, outputPad: 1, bias: true }),
  'transposed convolution, uneven': (g, x) =>
    g.deconv('o', x, { filters: 3, kernel: [2, 3], stride: [3, 2], pad: [0, 1, 1, 0], outputPad: [2, 1] }),
  tanh: (g, x) => g.tanh('o', x),
  'some channels': (g, x) => g.channels('o', x, { from: 1, count: 2 }),
  'joined channels': (g, x) => g.concat('o', x, g.tanh('t', x), x),
  'nearest neighbours': (g, x) => g.upsample('o', x, 2, 'nearest'),
  'bilinear enlargement': (g, x) => g.upsample('o', x, 4, 'bilinear'),
}
describe('gradients of input and weights agree with finite differences', () => {
  it.each(Object.entries(draws))('%s', (_name, draw) => {
    const graph = graphOf([3, 2, 3], draw)
    const net = toTensorFlow(tf, graph, randomWeights(graph, 5))
    const random = (shape: number[], seed: number): tf.Tensor =>
      tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, normal(seed)), shape)
    const x = tf.variable(random([2, 3, 2, 3], 1))
    const loss = (): tf.Scalar => {
      const y = net.apply(x, { training: true }).y!
      return tf.sum(tf.mul(y, random(y.shape, 2)))
    }
    const variables = [x, ...net.variables()]
    const { grads } = tf.variableGrads(loss, variables)
    for (const variable of variables) {
      const gradient = grads[variable.name]!.dataSync()
      const values = Float32Array.from(variable.dataSync())
      const largest = Math.max(...gradient.map(Math.abs))
      for (let i = 0; i < values.length; i += 1 + Math.floor(values.length / 12)) {
        const at = (by: number): number => {
          const moved = values.slice()
          moved[i]! += by
          variable.assign(tf.tensor(moved, variable.shape))
          return tf.tidy(loss).dataSync()[0]!
        }
        const slope = (at(1e-2) - at(-1e-2)) / 2e-2
        expect(Math.abs(slope - gradient[i]!)).toBeLessThan(5e-3 * Math.max(1, largest))
      }
      variable.assign(tf.tensor(values, variable.shape))
    }
  })
})
