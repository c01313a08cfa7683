// The gradient norm of a batch: the same in chunks as at once, over every parameter, and nothing left behind.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { build } from '../nets/build.ts'
import { initialWeights, normal } from '../nets/initialise.ts'
import { toTensorFlow } from '../nets/tensorflow.ts'
import { fixedBatch, gradientNorm, meanDirections, unitEmbeddings } from './gradients.ts'

beforeAll(() => {
  tf.enableProdMode()
  return tf.setBackend('cpu')
})

describe('a fixed batch', () => {
  it('has one face of each person who has several, evenly taken, and their other photographs', () => {
    const people = ['a', 'b', 'b', 'c', 'c', 'c', 'c', 'c', 'd', 'd', 'b']
    expect(fixedBatch(people)).toEqual({ probes: [1, 3, 8], references: [[2, 10], [4, 5, 6], [9]] }) // prettier-ignore
    expect(fixedBatch(people, 2)!.probes).toEqual([1, 3])
    expect(fixedBatch(['a', 'a', 'b'])).toBeNull()
  })
  it('stands for a person by the mean direction of the photographs', () =>
    expect(meanDirections([[Float32Array.of(1, 0), Float32Array.of(0, 1)], [Float32Array.of(0, 2)]])).toEqual([
      Float32Array.of(Math.SQRT1_2, Math.SQRT1_2),
      Float32Array.of(0, 1),
    ]))
})

describe('a network of one matrix', () => {
  const SIDE = 2
  const FACES = 11 // more than are taken at a time
  const g = build('matrix')
  const graph = g.done({
    embedding: g.dense('d', g.flatten('f', g.input([SIDE, SIDE, 3]), 'hwc'), { units: 4, bias: true }),
  })
  const draw = normal(3)
  const rows = Array.from({ length: FACES }, () => Float32Array.from({ length: SIDE * SIDE * 3 }, draw))
  const classes = meanDirections(Array.from({ length: FACES }, () => [Float32Array.from({ length: 4 }, draw)]))

  it('has the norm of the whole batch’s gradient, parameter by parameter', () => {
    const network = toTensorFlow(tf, graph, initialWeights(graph, 1))
    const before = tf.memory().numTensors
    const found = gradientNorm(tf, network, rows, classes)
    expect(tf.memory().numTensors).toBe(before)
    // The same by hand: cross-entropy of 48 (cos - 0.4 at the own class), mean over the batch.
    const at = tf.tensor2d(Array.from(classes, (c) => [...c]))
    const loss = (): tf.Scalar => {
      const y = network.apply(
        tf.tensor4d(
          rows.flatMap((r) => [...r]),
          [FACES, SIDE, SIDE, 3],
        ),
      ).embedding!
      const cos = tf.matMul(tf.div(y, tf.norm(y, 2, 1, true)) as tf.Tensor2D, at, false, true)
      const logits = tf.mul(tf.sub(cos, tf.mul(tf.eye(FACES), 0.4)), 48)
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.eye(FACES), tf.logSoftmax(logits)), 1)))
    }
    const { grads } = tf.variableGrads(loss, network.variables())
    const norms = Object.values(grads).map((v) => tf.norm(v).dataSync()[0]!)
    expect(norms).toHaveLength(2)
    expect(found).toBeCloseTo(norms[0]! + norms[1]!, 4)
    network.dispose()
  })
  it('embeds in the order of the faces, at unit length', () => {
    const network = toTensorFlow(tf, graph, initialWeights(graph, 1))
    const all = unitEmbeddings(tf, network, rows)
    expect(all).toHaveLength(FACES)
    const [last] = unitEmbeddings(tf, network, rows.slice(-1))
    expect(Math.hypot(...last!)).toBeCloseTo(1, 5)
    all.at(-1)!.forEach((v, i) => expect(v).toBeCloseTo(last![i]!, 6))
    network.dispose()
  })
})
