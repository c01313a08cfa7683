// A deepened network computes exactly what the plain one does, and its new blocks can learn.
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import type { NetworkConfig } from './config.ts'
import { count } from './count.ts'
import { extendWeights } from './extend.ts'
import { network } from './registry.ts'
import { toTensorFlow } from './tensorflow.ts'
import { plausibleWeights, randomInput, runOnnx, runTensorFlow } from './testSupport.ts'

const small: NetworkConfig = { width: 0.125, input: 32, embedding: 32 }

describe('extendWeights', () => {
  it.each<NetworkConfig>([
    { norm: 'folded', activation: 'relu6' },
    { norm: 'batch', activation: 'prelu', down: 'haar' },
  ])('MobileFaceNet with three more blocks in two stages: %o', async (config) => {
    const plain = network('mobilefacenet', { ...small, ...config })
    const deep = network('mobilefacenet', { ...small, ...config, extra: 3 })
    expect(count(deep).parameters).toBeGreaterThan(count(plain).parameters * 1.2)
    const weights = plausibleWeights(plain, 1)
    const extended = extendWeights(weights, deep, 2)
    const x = randomInput(plain, 2, 3)
    expect((await runTensorFlow(deep, extended, x)).data).toEqual((await runTensorFlow(plain, weights, x)).data)
    expect((await runOnnx(deep, extended, x)).data).toEqual((await runOnnx(plain, weights, x)).data)

    // The zeros are not stuck: each new branch's last layer has a gradient.
    const net = toTensorFlow(tf, deep, extended)
    const last = config.norm === 'folded' ? 'block3/9/project/filter' : 'block5/5/project/norm/gain'
    const loss = (): tf.Scalar => tf.sum(tf.square(net.apply(tf.tensor(x.data, x.dims)).embedding!))
    const gradient = tf.tidy(
      () => tf.max(tf.abs(tf.variableGrads(loss, [net.variable(last)]).grads[net.variable(last).name]!)).dataSync()[0]!,
    )
    expect(gradient).toBeGreaterThan(1e-3)
    net.dispose()
  })

  it('says what it cannot start from', () => {
    const plain = network('mobilefacenet', small)
    const weights = plausibleWeights(plain, 1)
    expect(() => extendWeights(weights, network('mobilefacenet', { ...small, width: 0.5 }), 1)).toThrow(
      /"stem\/filter" is 3x3x3x8, not 3x3x3x32/,
    )
    weights.delete('stem/filter')
    expect(() => extendWeights(weights, plain, 1)).toThrow('they lack "stem", which is in no new branch')
  })
})
