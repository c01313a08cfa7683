// TensorFlow's fused kernels give the values and gradients of the composed ones, and leave nothing behind.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Builder } from '../../nets/build.ts'
import { mobileFaceNet } from '../../nets/mobilefacenet.ts'
import { initialWeights } from '../../nets/initialise.ts'
import { toTensorFlow } from '../../nets/tensorflow.ts'
import { openBackend, type LearnBackend } from './backend.ts'
import { answers, small, worst } from './testGradients.ts'
import { addonFolder } from './tensorflow.ts'

const addon = addonFolder('tensorflow')
const reason = 'reason' in addon ? `: ${addon.reason}` : ''

const layers: Record<string, [[number, number, number] | [number], (g: Builder, x: string) => string]> = {
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
}

describe.skipIf('reason' in addon)(`TensorFlow's own kernels${reason}`, () => {
  let backend: LearnBackend
  beforeAll(async () => void (backend = await openBackend('tensorflow')))

  it.each(Object.entries(layers))('%s: as composed, within 1e-5', (_name, [shape, draw]) => {
    const graph = small(shape, draw)
    const [error, name] = worst(answers(backend.tf, graph), answers(backend.tf, graph, backend))
    expect(error, name).toBeLessThan(1e-5)
  })

  it('agrees with the plain JavaScript backend over a stack of layers', async () => {
    const graph = small([8, 8, 3], (g, x) => {
      const stem = g.prelu('p', g.batchNorm('b', g.conv('c', x, { filters: 8, kernel: 3, stride: 2, pad: 1 })))
      const depth = g.relu6('r', g.conv('d', stem, { filters: 8, kernel: 3, pad: 1, groups: 8, bias: true }))
      return g.add('s', stem, depth)
    })
    const fused = answers(backend.tf, graph, backend)
    await openBackend('cpu')
    const plain = answers(backend.tf, graph)
    await backend.tf.setBackend('tensorflow')
    const [error, name] = worst(plain, fused)
    expect(error, name).toBeLessThan(1e-4)
  })

  it('computes only the gradients that are asked for, and leaves no tensor behind', () => {
    const { tf } = backend
    const graph = mobileFaceNet({ width: 0.125, norm: 'batch' })
    const net = toTensorFlow(tf, graph, initialWeights(graph, 1), backend)
    const x = tf.zeros([2, 112, 112, 3])
    const step = () => {
      const loss = () => tf.mean(net.apply(x, { training: true }).embedding!) as ReturnType<typeof tf.scalar>
      const { value, grads } = tf.variableGrads(loss, net.variables('embed'))
      expect(Object.keys(grads)).toHaveLength(3)
      tf.dispose([value, ...Object.values(grads)])
    }
    step()
    const before = tf.memory().numTensors
    step()
    step()
    expect(tf.memory().numTensors).toBe(before)
    net.dispose()
    x.dispose()
  })
})
