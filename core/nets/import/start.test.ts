// A deeper network starts from a shallower one's file as the same function; a stranger's file is refused as it is.
import { expect, it } from 'vitest'
import { chain } from '../chain.ts'
import { toOnnx } from '../onnx/lower.ts'
import { network } from '../registry.ts'
import { plausibleWeights, randomInput, runOnnx } from '../testSupport.ts'
import { halved, floats } from '../weights.ts'
import { startingWeights } from './start.ts'

const small = { width: 0.125, input: 32, embedding: 16, norm: 'folded', activation: 'relu6' }

it.each([0, 1])('three blocks more than none, and three than one: from %i', async (extra) => {
  const from = network('mobilefacenet', { ...small, extra })
  const weights = plausibleWeights(from, 1)
  const deep = network('mobilefacenet', { ...small, extra: 3 })
  const started = startingWeights('mobilefacenet', { ...small, extra: 3 }, toOnnx(from, weights), 'x.onnx', 2)
  const x = randomInput(from, 1, 3)
  expect((await runOnnx(deep, started, x)).data).toEqual((await runOnnx(from, weights, x)).data)
})

it('says why a file does not fit the network as it was asked for', () => {
  const other = network('mobilefacenet', { ...small, width: 0.25 })
  const file = toOnnx(other, plausibleWeights(other, 1))
  expect(() => startingWeights('mobilefacenet', { ...small, extra: 2 }, file, 'x.onnx', 2)).toThrow(
    `x.onnx does not fit the network ${network('mobilefacenet', { ...small, extra: 2 }).name}: "stem" is conv of`,
  )
})

it.each([false, true])(
  'a network of a chain of ours starts from the whole chain, by its name (float16: %s)',
  (half) => {
    const config = { size: 32, width: 8, prior: 8, rounds: 1, landmarks: 5, parsing: 4 }
    const parts = ['coarse', 'generator'].map((name, i) => {
      const graph = network(`rim-${name}`, config)
      return { name, graph, weights: plausibleWeights(graph, i + 5), ...(i ? { of: 'coarse.image' } : {}) }
    })
    const whole = chain(parts, {
      image: ['generator.image'],
      landmarks: ['generator.landmarks'],
      parsing: ['generator.parsing'],
    })
    const stored = half ? new Map([...whole.weights].map(([key, weight]) => [key, halved(weight)])) : whole.weights
    const file = toOnnx(whole.graph, stored, { taps: Object.keys(whole.graph.taps) })
    for (const { name, weights } of parts) {
      const started = startingWeights(`rim-${name}`, config, file, 'x.onnx', 2, name)
      expect([...started.keys()]).toEqual([...weights.keys()])
      for (const [key, weight] of weights)
        expect(floats(started.get(key)!)).toEqual(floats(half ? halved(weight) : weight))
    }
  },
)
