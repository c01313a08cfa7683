// Every network has the published size to the last parameter, its stages' shapes, and one answer in both engines.
import { describe, expect, it } from 'vitest'
import type { NetworkConfig } from './config.ts'
import { count } from './count.ts'
import { inputOf } from './graph.ts'
import { network } from './registry.ts'
import { inferShapes } from './shapes.ts'
import { weightSpecs } from './specs.ts'
import { agreement } from './testSupport.ts'

// GMAC as published, with four decimals; the exact numbers follow from them and the layers.
const sizes: [string, NetworkConfig, number, number, string][] = [
  ['ir', { depth: 18 }, 24_017_536, 10_752, '2.5971'],
  ['ir', { depth: 34 }, 34_127_552, 18_176, '4.4468'],
  ['ir', { depth: 50 }, 43_574_976, 26_368, '6.2965'],
  ['ir', { depth: 100 }, 65_129_792, 47_360, '12.0768'],
  ['ir', { depth: 50, input: 224 }, 82_110_144, 26_368, '25.1859'],
  // insightface's iresnet50 and iresnet100 as published: 43.59 M and 65.16 M.
  ['ir', { depth: 50, layout: 'insightface' }, 43_590_848, 38_144, '6.3093'],
  ['ir', { depth: 100, layout: 'insightface' }, 65_156_160, 69_632, '12.0896'],
  ['wave-ir', { depth: 18 }, 24_017_536, 10_752, '3.9870'],
  ['wave-ir', { depth: 34 }, 34_127_552, 18_176, '5.8367'],
  ['wave-ir', { depth: 50 }, 43_574_976, 26_368, '7.6864'],
  ['wave-ir', { depth: 18, order: 'dwt-conv' }, 24_017_536, 10_752, '2.5998'],
  ['wave-ir', { depth: 34, order: 'dwt-conv' }, 34_127_552, 18_176, '4.4495'],
  ['wave-ir', { depth: 50, order: 'dwt-conv' }, 43_574_976, 26_368, '6.2991'],
  ['lrfr-resnet', { depth: 18 }, 24_016_448, 11_648, '1.7301'],
  ['lrfr-resnet', { depth: 34 }, 34_124_608, 19_072, '3.5798'],
  ['lrfr-resnet', { depth: 50 }, 74_886_208, 58_240, '4.0422'],
  ['lrfr-wave-resnet', { depth: 18 }, 24_016_448, 11_648, '2.2521'],
  ['lrfr-wave-resnet', { depth: 34 }, 34_124_608, 19_072, '4.1018'],
  ['lrfr-wave-resnet', { depth: 50 }, 74_886_208, 58_240, '5.0855'],
  ['gdrd-student', {}, 11_088_000 + 4_457_472, 8_960, '0.4248'],
  ['gdrd-student', { head: 'gap' }, 11_088_000 + 525_312, 8_960, '0.4208'],
  ['gdrd-student', { input: 8, head: 'gap' }, 11_088_000 + 525_312, 8_960, '0.1056'],
  ['gdrd-student', { input: 32, head: 'gap' }, 11_088_000 + 525_312, 8_960, '1.6818'],
  ['gdrd-relation', {}, 164_224 + 16_512, 0, '0.0002'],
  ['mobilefacenet', { norm: 'folded', activation: 'relu6' }, 989_952, 0, '0.2338'],
  ['mobilefacenet', {}, 1_003_136, 19_584, '0.2210'],
  ['mobilefacenet', { down: 'haar' }, 1_003_136, 19_584, '0.2217'],
]

describe('sizes', () => {
  it.each(sizes)('%s %o', (name, config, parameters, buffers, gmacs) => {
    const cost = count(network(name, config))
    expect({ ...cost, macs: (cost.macs / 1e9).toFixed(4) }).toEqual({ parameters, buffers, macs: gmacs })
  })

  it.each([
    ['ir', 'wave-ir', { depth: 34 }],
    ['ir', 'wave-ir', { depth: 18, layout: 'insightface' }],
    ['lrfr-resnet', 'lrfr-wave-resnet', { depth: 50 }],
    ['lrfr-resnet', 'lrfr-wave-resnet', { depth: 18, width: 0.25 }],
  ])('%s and %s hold the same weights, name by name: %o', (plain, wave, config) => {
    expect(weightSpecs(network(wave, config))).toEqual(weightSpecs(network(plain, config)))
  })

  it('a width multiplier scales every stage', () => {
    const graph = network('ir', { depth: 18, width: 0.25 })
    const shapes = inferShapes(graph)
    const channels = ['s1', 's2', 's3', 's4'].map((tap) => shapes.get(graph.taps[tap]!)!.at(-1))
    expect(channels).toEqual([16, 32, 64, 128])
  })

  it.each(['ir', 'lrfr-resnet', 'mobilefacenet'])('%s takes faces of other sizes', (name) => {
    const graph = network(name, { input: 56, width: 0.25 })
    const shapes = inferShapes(graph)
    expect(inputOf(graph).attributes.shape).toEqual([56, 56, 3])
    expect(['s1', 's2', 's3', 's4'].map((tap) => shapes.get(graph.taps[tap]!)![0])).toEqual([28, 14, 7, 4])
  })
})

/** Every kind in a size that takes milliseconds; among them odd maps. */
const small: [string, NetworkConfig][] = [
  ['ir', { depth: 18, input: 40 }],
  ['ir', { depth: 18, layout: 'insightface' }],
  ['wave-ir', { depth: 18, input: 40 }],
  ['wave-ir', { depth: 18, order: 'dwt-conv', gain: 'average' }],
  ['wave-ir', { depth: 18, skipGain: 'average', layout: 'insightface' }],
  ['lrfr-resnet', { depth: 18 }],
  ['lrfr-resnet', { depth: 50, input: 40, normalise: false }],
  ['lrfr-wave-resnet', { depth: 18, gain: 'average' }],
  ['lrfr-wave-resnet', { depth: 50 }],
  ['mobilefacenet', {}],
  ['mobilefacenet', { input: 40 }],
  ['mobilefacenet', { down: 'haar', extra: 1 }],
  ['mobilefacenet', { norm: 'folded', activation: 'relu6' }],
  ['gdrd-student', { width: 8, input: 16, hidden: 16 }],
  ['gdrd-student', { width: 8, input: 32, hidden: 16, head: 'gap' }],
]

describe('GDRD', () => {
  it.each([8, 16, 32] as const)('has maps of 128, 256 and 512 channels from %i px on, two halvings', (input) => {
    const graph = network('gdrd-student', { input })
    const shapes = inferShapes(graph)
    expect(['s1', 's2', 's3', 'features', 'embedding'].map((tap) => shapes.get(graph.taps[tap]!))).toEqual([
      [input, input, 128],
      [input / 2, input / 2, 256],
      [input / 4, input / 4, 512],
      [input / 4, input / 4, 512],
      [512],
    ])
    const parts = Map.groupBy(weightSpecs(graph), ({ name }) => name.split('/', 1)[0])
    expect([...parts.keys()]).toEqual(['backbone', 'head'])
    const sum = (part: string): number =>
      parts
        .get(part)!
        .filter((w) => w.trainable)
        .reduce((total, { shape }) => total + shape.reduce((a, b) => a * b), 0)
    expect(sum('backbone')).toBe(11_088_000)
    expect(input === 16 ? sum('head') : 4_457_472).toBe(4_457_472)
  })
  it.each<[string, NetworkConfig]>([
    ['gdrd-relation', { embedding: 8, hidden: 16, relation: 8 }],
    ['gdrd-adapter', { side: 4, channels: 16, pool: 2, filters: 8 }],
  ])('%s answers alike in both engines', async (name, config) => {
    const { lowest, difference } = await agreement(network(name, config), 11)
    expect(Math.min(lowest, difference)).toBeGreaterThan(0.99999)
  })
})

describe('TensorFlow.js and ONNX Runtime give one embedding', () => {
  it.each(small)('%s %o', async (name, config) => {
    const graph = network(name, { width: 0.125, embedding: 32, input: 48, ...config })
    const { lowest, difference } = await agreement(graph, 11)
    expect(lowest).toBeGreaterThanOrEqual(0.999999)
    expect(difference).toBeGreaterThanOrEqual(0.99999)
  })
})
