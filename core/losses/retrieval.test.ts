// Retrieval from a bank: the value by hand, its gradient by differences, and what it must not care about.
import * as tf from '@tensorflow/tfjs'
import type * as TfCore from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { retrieval } from './retrieval.ts'

beforeAll(() => tf.setBackend('cpu'))
const core = tf as unknown as typeof TfCore

/** Three faces of two dimensions; the first two show one person. */
const bank = tf.tidy(() => tf.keep(tf.tensor2d([1, 0.6, 0, 0, 0.8, 1], [2, 3])))
const own = [1, 0, 0]
const same = [0, 1, 0]
const value = (x: number[], T = 0.5, mates = same): number =>
  tf.tidy(
    () =>
      retrieval(core, tf.tensor2d(x, [1, 2]), bank, tf.tensor2d(own, [1, 3]), tf.tensor2d(mates, [1, 3]), {
        T,
      }).dataSync()[0]!,
  )

describe('retrieval', () => {
  it('is -log softmax of the cosines over T, without other faces of the person', () => {
    // cosines 0.6, (0.6 0.6 + 0.8 0.8 = 1, masked), 0.8
    const expected = -Math.log(Math.exp(0.6 / 0.5) / (Math.exp(0.6 / 0.5) + Math.exp(0.8 / 0.5)))
    expect(value([0.6, 0.8])).toBeCloseTo(expected, 5)
    const unmasked = -Math.log(Math.exp(1.2) / (Math.exp(1.2) + Math.exp(2) + Math.exp(1.6)))
    expect(value([0.6, 0.8], 0.5, [0, 0, 0])).toBeCloseTo(unmasked, 5)
  })

  it('does not depend on the length of the embedding', () => expect(value([6, 8])).toBeCloseTo(value([0.6, 0.8]), 5))

  it('has the gradient of its differences', () => {
    const x = [0.3, 0.7]
    const gradient = tf.tidy(() =>
      tf
        .grad((t) => retrieval(core, t, bank, tf.tensor2d(own, [1, 3]), tf.tensor2d(same, [1, 3]), { T: 0.5 }))(
          tf.tensor2d(x, [1, 2]),
        )
        .dataSync(),
    )
    const h = 1e-2
    for (const i of [0, 1]) {
      const moved = (by: number): number => value(x.map((v, k) => (k === i ? v + by : v)))
      expect(gradient[i]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 2)
    }
  })
})
