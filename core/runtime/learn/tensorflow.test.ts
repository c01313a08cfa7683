// TensorFlow's fused kernels and compiled networks give the values and gradients of the composed ones.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Builder } from '../../nets/build.ts'
import { mobileFaceNet } from '../../nets/mobilefacenet.ts'
import { initialWeights, normal } from '../../nets/initialise.ts'
import { toTensorFlow } from '../../nets/tensorflow.ts'
import { openBackend, type LearnBackend } from './backend.ts'
import { planTraining } from './compiled/plan.ts'
import { answers, small, worst } from './testGradients.ts'
import { addonFolder } from './tensorflow.ts'

const addon = addonFolder('tensorflow')
const reason = 'reason' in addon ? `: ${addon.reason}` : ''

const layers: Record<string, [[number, number, number] | [number], (g: Builder, x: string) => string]> = {
  convolution: [[5, 4, 3], (g, x) => g.conv('c', x, { filters: 6, kernel: 3, pad: 1 })],
  'convolution, stride 2': [
    [6, 7, 3],
    (g, x) => g.conv('c', x, { filters: 6, kernel: 3, stride: 2, pad: 1, bias: true }),
  ],
  relu: [[5, 4, 3], (g, x) => g.relu('a', g.conv('c', x, { filters: 6, kernel: 3, pad: 1, bias: true }))],
  relu6: [[5, 4, 3], (g, x) => g.relu6('a', g.conv('c', x, { filters: 6, kernel: 1, bias: true }))],
  prelu: [[5, 4, 3], (g, x) => g.prelu('a', x)],
  'prelu of a vector': [[7], (g, x) => g.prelu('a', g.dense('d', x, { units: 5, bias: true }))],
  depthwise: [[6, 5, 4], (g, x) => g.conv('c', x, { filters: 4, kernel: 3, pad: 1, groups: 4, bias: true })],
  'depthwise, stride 2': [[7, 6, 4], (g, x) => g.conv('c', x, { filters: 4, kernel: 3, stride: 2, pad: 1, groups: 4 })],
  'depthwise, two filters each': [[6, 6, 3], (g, x) => g.conv('c', x, { filters: 6, kernel: 3, pad: 1, groups: 3 })],
  'depthwise, as large as the map': [[5, 5, 4], (g, x) => g.conv('c', x, { filters: 4, kernel: 5, groups: 4 })],
  'batch normalisation of maps': [[4, 3, 5], (g, x) => g.batchNorm('b', x)],
  'batch normalisation of vectors': [[6], (g, x) => g.batchNorm('b', x)],
  'pooling and flattening': [
    [8, 8, 3],
    (g, x) => {
      const low = g.haarLowPass('h', x, 'orthonormal')
      const pooled = g.avgPool('v', g.maxPool('m', low, { kernel: 2, stride: 1 }), { kernel: 2, stride: 1 })
      return g.dense('d', g.flatten('f', pooled, 'chw'), { units: 3 })
    },
  ],
  'weights used twice': [
    [4, 4, 3],
    (g, x) => {
      const once = g.relu('r', g.conv('c', x, { filters: 3, kernel: 3, pad: 1, bias: true }))
      const twice = g.conv('c2', once, { filters: 3, kernel: 3, pad: 1, bias: true }, 'c')
      return g.add('s', x, once, twice)
    },
  ],
}

describe.skipIf('reason' in addon)(`TensorFlow's own kernels${reason}`, () => {
  let backend: LearnBackend
  let single: Pick<LearnBackend, 'batchNormalise' | 'kernels'>
  beforeAll(async () => {
    backend = await openBackend('tensorflow')
    single = { ...backend, kernels: { ...backend.kernels!, compile: () => undefined } }
  })

  it.each(Object.entries(layers))(
    '%s: as composed, within 1e-5, one by one and compiled',
    async (_name, [shape, draw]) => {
      const graph = small(shape, draw)
      const composed = await answers(backend.tf, graph)
      const [error, name] = worst(composed, await answers(backend.tf, graph, single))
      expect(error, name).toBeLessThan(1e-5)
      expect(planTraining(graph, ['y'], 3)).toBeDefined()
      const [compiledError, compiledName] = worst(composed, await answers(backend.tf, graph, backend))
      expect(compiledError, compiledName).toBeLessThan(1e-5)
    },
  )

  it('agrees with the plain JavaScript backend over a stack of layers', async () => {
    const graph = small([8, 8, 3], (g, x) => {
      const stem = g.prelu('p', g.batchNorm('b', g.conv('c', x, { filters: 8, kernel: 3, stride: 2, pad: 1 })))
      const depth = g.relu6('r', g.conv('d', stem, { filters: 8, kernel: 3, pad: 1, groups: 8, bias: true }))
      return g.add('s', stem, depth)
    })
    const compiled = await answers(backend.tf, graph, backend)
    const fused = await answers(backend.tf, graph, single)
    await openBackend('cpu')
    const plain = await answers(backend.tf, graph)
    await backend.tf.setBackend('tensorflow')
    for (const each of [fused, compiled]) {
      const [error, name] = worst(plain, each)
      expect(error, name).toBeLessThan(1e-4)
    }
  })

  it('compiles MobileFaceNet, with several taps, into the same function', () => {
    const { tf } = backend
    const graph = mobileFaceNet({ width: 0.125, norm: 'folded', activation: 'relu6' })
    const weights = initialWeights(graph, 1)
    // At exactly 0, where a map is dead, the composed ReLU6 has another one-sided derivative.
    for (const [name, { data }] of weights) if (name.endsWith('bias')) data.set(Float32Array.from(data, normal(9)))
    const x = tf.tensor(Float32Array.from({ length: 2 * 112 * 112 * 3 }, normal(2)), [2, 112, 112, 3])
    const gradients = (fast: typeof single) => {
      const net = toTensorFlow(tf, graph, weights, fast)
      const { value, grads } = tf.variableGrads(() => {
        const { s4, s2, embedding } = net.apply(x, { training: true, taps: ['s4', 'embedding', 's2'] })
        return tf.addN([tf.mean(tf.square(s2!)), tf.sum(tf.abs(embedding!)), tf.mean(s4!)]) as ReturnType<
          typeof tf.scalar
        >
      }, net.variables())
      const all = new Map([['loss', value.dataSync() as Float32Array]])
      net.variables().forEach((v, i) => all.set(String(i), grads[v.name]!.dataSync() as Float32Array))
      tf.dispose([value, ...Object.values(grads)])
      net.dispose()
      return all
    }
    const [error, name] = worst(gradients({}), gradients(backend))
    expect(error, name).toBeLessThan(1e-4)
    x.dispose()
  }, 60_000)

  it.each(['one by one', 'compiled'])(
    '%s: computes the gradients that are asked for, and leaves nothing behind',
    (how) => {
      const { tf } = backend
      const graph = small([8, 8, 3], (g, x) => {
        const stem = g.batchNorm('b', g.conv('c', x, { filters: 4, kernel: 3, pad: 1 }))
        return g.batchNorm('embed/n', g.conv('embed', stem, { filters: 4, kernel: 8, groups: 4 }))
      })
      const net = toTensorFlow(tf, graph, initialWeights(graph, 1), how === 'compiled' ? backend : single)
      const x = tf.zeros([2, 8, 8, 3])
      const step = (group: string, count: number) => {
        const loss = () => tf.mean(net.apply(x, { training: true }).y!) as ReturnType<typeof tf.scalar>
        const { value, grads } = tf.variableGrads(loss, net.variables(group))
        expect(Object.keys(grads)).toHaveLength(count)
        tf.dispose([value, ...Object.values(grads)])
      }
      step('embed', 3)
      const before = tf.memory().numTensors
      step('embed', 3)
      step('', 6)
      step('embed', 3)
      expect(tf.memory().numTensors).toBe(before)
      net.dispose()
      x.dispose()
    },
  )

  it('runs a network node by node where an operation cannot be compiled', async () => {
    const graph = small([6], (g, x) => g.dropout('o', g.dense('d', x, { units: 3 }), 0.5))
    expect(planTraining(graph, ['y'], 2)).toBeUndefined()
    expect((await answers(backend.tf, graph, backend)).get('y')).toHaveLength(9)
  })
})
