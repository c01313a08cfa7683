// The full-size networks give one embedding in both engines, with random weights and random running statistics.
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { createRequire } from 'node:module'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NetworkConfig } from './config.ts'
import { network } from './registry.ts'
import { agreementOf, plausibleWeights, randomInput, runOnnx } from './testSupport.ts'
import { toTensorFlow } from './tensorflow.ts'

beforeAll(async () => {
  tf.enableProdMode()
  const home = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  setWasmPaths(`${path.join(home, 'dist')}${path.sep}`)
  await tf.setBackend('wasm')
})

const full: [string, NetworkConfig][] = [
  ['ir', { depth: 18 }],
  ['ir', { depth: 34 }],
  ['ir', { depth: 50 }],
  ['ir', { depth: 50, layout: 'insightface' }],
  ['ir', { depth: 100 }],
  ['wave-ir', { depth: 18 }],
  ['wave-ir', { depth: 34, order: 'dwt-conv' }],
  ['wave-ir', { depth: 50 }],
  ['lrfr-resnet', { depth: 18 }],
  ['lrfr-resnet', { depth: 34 }],
  ['lrfr-resnet', { depth: 50 }],
  ['lrfr-wave-resnet', { depth: 18 }],
  ['lrfr-wave-resnet', { depth: 34 }],
  ['lrfr-wave-resnet', { depth: 50 }],
  ['mobilefacenet', {}],
  ['mobilefacenet', { down: 'haar' }],
  ['mobilefacenet', { norm: 'folded', activation: 'relu6' }],
]

describe('TensorFlow.js and ONNX Runtime give one embedding at full size', () => {
  it.each(full)('%s %o', async (name, config) => {
    const graph = network(name, config)
    const weights = plausibleWeights(graph, 21)
    const x = randomInput(graph, 2, 22)
    const net = toTensorFlow(tf, graph, weights)
    const y = tf.tidy(() => net.apply(tf.tensor(x.data, x.dims), { taps: ['embedding'] }).embedding!)
    const a = (await y.data()) as Float32Array
    y.dispose()
    net.dispose()
    const { lowest, difference } = agreementOf(a, (await runOnnx(graph, weights, x)).data)
    expect(lowest).toBeGreaterThanOrEqual(0.99999)
    expect(difference).toBeGreaterThanOrEqual(0.99999)
  })
})
