// Networks from images to images learn the same on every backend: values and gradients against plain JavaScript's.
import * as plain from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Builder } from '../../nets/build.ts'
import { openBackend, type LearnBackend } from './backend.ts'
import { planTraining } from './compiled/plan.ts'
import { addonFolder } from './tensorflow.ts'
import { answers, small, worst, type Answers } from './testGradients.ts'

const layers: Record<string, [[number, number, number], (g: Builder, x: string) => string]> = {
  'instance normalisation': [[5, 4, 3], (g, x) => g.instanceNorm('i', x)],
  'instance normalisation without gains': [[5, 4, 3], (g, x) => g.instanceNorm('i', x, { affine: false })],
  'transposed convolution, stride 4': [
    [3, 4, 5],
    (g, x) => g.deconv('c', x, { filters: 3, kernel: 7, stride: 4, pad: 2, outputPad: 1, bias: true }),
  ],
  'transposed convolution with more output padding than padding': [
    [3, 4, 3],
    (g, x) => g.deconv('c', x, { filters: 2, kernel: 3, stride: 3, pad: [1, 0, 0, 1], outputPad: [2, 1] }),
  ],
  'joined channels': [[4, 3, 2], (g, x) => g.concat('j', x, g.conv('c', x, { filters: 3, kernel: 1 }), x)],
  'some channels': [[4, 3, 5], (g, x) => g.channels('s', x, { from: 1, count: 3 })],
  tanh: [[4, 3, 2], (g, x) => g.tanh('t', x)],
  'nearest neighbours': [[3, 4, 2], (g, x) => g.upsample('u', x, 2, 'nearest')],
  'bilinear enlargement': [[3, 4, 2], (g, x) => g.upsample('u', x, 4, 'bilinear')],
  'a recursion of residual blocks': [
    [6, 6, 3],
    (g, x) => {
      for (const round of ['a', 'b', 'c']) {
        const conv = g.conv(`${round}/c`, x, { filters: 3, kernel: 3, pad: 1 }, 'c')
        const y = g.prelu(`${round}/p`, g.instanceNorm(`${round}/i`, conv, {}, 'i'), 'p')
        x = g.prelu(`${round}/q`, g.add(`${round}/s`, x, y), 'q')
      }
      return x
    },
  ],
}
/** With a weight before each, so that something is trained. */
const network = ([shape, draw]: (typeof layers)[string]) => small(shape, (g, x) => draw(g, g.prelu('first', x)))
const all = Object.entries(layers).map(([name, layer]) => [name, network(layer)] as const)
const expected = new Map<string, Answers>()

beforeAll(async () => {
  await openBackend('cpu')
  for (const [name, graph] of all) expected.set(name, await answers(plain, graph))
})

describe('WebAssembly', () => {
  beforeAll(() => openBackend('wasm'))
  it.each(all)('%s', async (name, graph) => {
    const before = plain.memory().numTensors
    const [error, where] = worst(expected.get(name)!, await answers(plain, graph))
    expect(error, where).toBeLessThan(1e-4)
    expect(plain.memory().numTensors).toBe(before)
  })
})

const addon = addonFolder('tensorflow')
const reason = 'reason' in addon ? `: ${addon.reason}` : ''
describe.skipIf('reason' in addon)(`TensorFlow's library${reason}`, () => {
  let backend: LearnBackend
  beforeAll(async () => {
    backend = await openBackend('tensorflow')
  })
  it.each(all)('%s: node by node and compiled', async (name, graph) => {
    const single = { ...backend, kernels: { ...backend.kernels!, compile: () => undefined } }
    expect(planTraining(graph, ['y'], 3)).toBeDefined()
    for (const fast of [single, backend]) {
      const before = backend.tf.memory().numTensors
      const [error, where] = worst(expected.get(name)!, await answers(backend.tf, graph, fast))
      expect(error, where).toBeLessThan(1e-4)
      expect(backend.tf.memory().numTensors).toBe(before)
    }
  })
})
