// A deeper network starts from a shallower one's file as the same function; a stranger's file is refused as it is.
import { expect, it } from 'vitest'
import { toOnnx } from '../onnx/lower.ts'
import { network } from '../registry.ts'
import { plausibleWeights, randomInput, runOnnx } from '../testSupport.ts'
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
