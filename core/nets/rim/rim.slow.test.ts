// RIM's networks at the size in which they are used give one face and one embedding in both engines.
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { createRequire } from 'node:module'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { NetworkConfig } from '../config.ts'
import { network } from '../registry.ts'
import { toTensorFlow } from '../tensorflow.ts'
import { agreementOf, plausibleWeights, randomInput, runOnnx, toNchw } from '../testSupport.ts'

beforeAll(async () => {
  tf.enableProdMode()
  const home = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  setWasmPaths(`${path.join(home, 'dist')}${path.sep}`)
  await tf.setBackend('wasm')
})

const half = { size: 112, width: 32, prior: 64 }
it.each<[string, NetworkConfig, string?]>([
  ['rim-coarse', { ...half, told: true, skip: true }],
  ['rim-coarse', half],
  ['rim-generator', half, 'image'],
  ['rim-generator', { ...half, up: 'resize', skip: true, rounds: 1 }, 'image'],
  ['rim-generator', { size: 224 }, 'features'],
  ['rim-critic', half],
  ['rim-resnet', {}],
  ['rim-resnet', { depth: 18, width: 0.25 }],
])('%s %o', async (name, config, asked) => {
  const full = network(name, config)
  const graph = asked === undefined ? full : { ...full, taps: { [asked]: full.taps[asked]! } }
  const weights = plausibleWeights(full, 21)
  const x = randomInput(graph, 2, 22)
  const net = toTensorFlow(tf, graph, weights)
  const [tap] = net.taps
  const y = tf.tidy(() => net.apply(tf.tensor(x.data, x.dims), { taps: [tap!] })[tap!]!)
  const a = toNchw({ dims: y.shape, data: (await y.data()) as Float32Array })
  y.dispose()
  net.dispose()
  const b = await runOnnx(graph, weights, x)
  expect(b.dims).toEqual(a.dims)
  const { lowest, difference } = agreementOf(a.data, b.data)
  expect(lowest).toBeGreaterThanOrEqual(0.99999)
  expect(difference).toBeGreaterThanOrEqual(0.9999)
})
