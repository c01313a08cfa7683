// RIM's networks have the published sizes to the last parameter, the right shapes, and one answer in both engines.
import { describe, expect, it } from 'vitest'
import type { NetworkConfig } from '../config.ts'
import { count } from '../count.ts'
import { inputOf, type Graph } from '../graph.ts'
import { initialWeights } from '../initialise.ts'
import { network } from '../registry.ts'
import { inferShapes } from '../shapes.ts'
import { weightSpecs } from '../specs.ts'
import { compare, plausibleWeights, randomInput, runOnnx, runTensorFlow } from '../testSupport.ts'
import { floats, type Weight } from '../weights.ts'

const half: NetworkConfig = { size: 112, width: 32, prior: 64 }
const hallucination = ['rim-coarse', 'rim-generator'] as const
const tapShapes = (graph: Graph): Record<string, readonly number[]> => {
  const shapes = inferShapes(graph)
  return Object.fromEntries(Object.entries(graph.taps).map(([tap, id]) => [tap, shapes.get(id)!]))
}

describe('sizes', () => {
  it.each<[string, NetworkConfig, number, number, string]>([
    ['rim-coarse', {}, 226_179, 0, '33.4678'],
    ['rim-coarse', { share: false }, 670_851, 0, '33.4678'],
    ['rim-generator', {}, 269_120 + 5_047_119 + 536_003, 0, '43.0323'],
    ['rim-generator', { share: false }, 713_792 + 5_047_119 + 980_675, 0, '43.0323'],
    ['rim-critic', { pooled: false }, 102_872_832, 1152, '0.4496'],
    ['rim-critic', {}, 1_718_016, 1152, '0.3484'],
    ['rim-resnet', {}, 34_132_288, 19_072, '3.5876'],
  ])('%s %o', (name, config, parameters, buffers, gmacs) => {
    const cost = count(network(name, config))
    expect({ ...cost, macs: (cost.macs / 1e9).toFixed(4) }).toEqual({ parameters, buffers, macs: gmacs })
  })

  it('fewer rounds cost less and have the same weights', () => {
    const [three, one] = [3, 1].map((rounds) => network('rim-coarse', { rounds })) as [Graph, Graph]
    expect(weightSpecs(one)).toEqual(weightSpecs(three))
    expect(count(one).macs / count(three).macs).toBeCloseTo(0.337, 3)
  })

  it.each<[NetworkConfig, number[]]>([
    [{}, [269_120, 5_047_119, 536_003]],
    [{ landmarks: 97, share: false }, [713_792, 5_050_860, 980_675]],
  ])("the paper's groups by their names, %o", (config, sizes) => {
    const specs = weightSpecs(network('rim-generator', config))
    const size = (group: string): number =>
      specs.filter((s) => s.name.startsWith(`${group}/`)).reduce((sum, s) => sum + s.shape.reduce((a, b) => a * b), 0)
    expect(['encoder', 'prior', 'integrator'].map(size)).toEqual(sizes)
  })

  it.each<[NetworkConfig, number, string]>([
    [{ landmarks: 97 }, 6_082_162, '76.51'],
    [half, 1_532_949, '4.805'],
  ])('a whole generator, %o', (config, parameters, gmacs) => {
    const costs = hallucination.map((name) => count(network(name, config)))
    expect(costs.reduce((sum, c) => sum + c.parameters, 0)).toBe(parameters)
    const macs = costs.reduce((sum, c) => sum + c.macs, 0) / 1e9
    expect(macs.toFixed(gmacs.split('.')[1]!.length)).toBe(gmacs)
  })
})

describe('shapes', () => {
  it.each<[NetworkConfig, number, number]>([
    [{}, 224, 56],
    [half, 112, 28],
    [{ size: 64, width: 16, prior: 32 }, 64, 16],
    [{ size: 64, width: 16, prior: 32, stride: 2 }, 64, 32],
    [{ size: 64, width: 16, prior: 32, up: 'resize' }, 64, 16],
  ])('%o', (config, side, grid) => {
    const { width = 64, prior = 128 } = config as { width?: number; prior?: number }
    const [coarse, generator] = hallucination.map((name) => tapShapes(network(name, config)))
    expect(coarse).toEqual({ image: [side, side, 3] })
    expect(generator).toEqual({
      features: [grid, grid, prior + width],
      encoder: [grid, grid, width],
      prior: [grid, grid, prior],
      landmarks: [grid, grid, 68],
      parsing: [grid, grid, 11],
      image: [side, side, 3],
    })
    const critic = network('rim-critic', config)
    expect(inputOf(critic).attributes.shape).toEqual(generator!.features)
    expect(tapShapes(critic)).toEqual({ embedding: [512] })
  })

  it('student and assistant have the stages of a teacher IR-50, as the residual loss needs', () => {
    const [teacher, student] = [network('ir', { depth: 50 }), network('rim-resnet')].map(tapShapes)
    expect(student).toEqual(teacher)
    expect([student!.s1, student!.s4]).toEqual([
      [56, 56, 64],
      [7, 7, 512],
    ])
  })

  it('told the size, only the coarse network takes a fourth channel', () => {
    const inputs = hallucination.map((name) => inputOf(network(name, { ...half, told: true })).attributes.shape)
    expect(inputs).toEqual([
      [112, 112, 4],
      [112, 112, 3],
    ])
  })

  it('refuses a side that the hourglass cannot halve twice', () =>
    expect(() => network('rim-generator', { size: 120 })).toThrow(
      'size = 120: it takes a multiple of 16 from 32 to 448',
    ))
})

it("every residual branch of a student's network begins as nothing", () => {
  const graph = network('rim-resnet', { depth: 18, width: 0.125 })
  const gains = [...initialWeights(graph, 1)].filter(([name]) => name.endsWith('/gain'))
  const silent = gains.filter(([, weight]) => floats(weight).every((v) => v === 0)).map(([name]) => name)
  expect(silent).toHaveLength(8)
  for (const name of silent) expect(name).toMatch(/^stage\d\/\d\/norm2\/gain$/)
})

const small: NetworkConfig = { size: 32, width: 8, prior: 8, rounds: 1, landmarks: 5, parsing: 4, embedding: 16 }
describe('TensorFlow.js and ONNX Runtime give one answer', () => {
  it.each<[string, NetworkConfig]>([
    ['rim-coarse', { rounds: 2 }],
    ['rim-coarse', { share: false, output: 'tanh', told: true, skip: true }],
    ['rim-critic', {}],
    ['rim-critic', { pooled: false, skip: true }],
  ])('%s %o', async (name, config) => {
    const graph = network(name, { ...small, ...config })
    const weights = plausibleWeights(graph, 3)
    const x = randomInput(graph, 1, 4)
    const [a, b] = [await runTensorFlow(graph, weights, x), await runOnnx(graph, weights, x)]
    expect(b.dims).toEqual(a.dims)
    expect(compare(a.data, b.data).cosine).toBeGreaterThanOrEqual(0.99999)
  })

  it.each<[string, NetworkConfig]>([
    ['encoder', {}],
    ['prior', {}],
    ['landmarks', {}],
    ['parsing', {}],
    ['features', { stride: 2 }],
    ['image', {}],
    ['image', { stride: 2, skip: true }],
    ['image', { up: 'resize', output: 'tanh' }],
  ])('rim-generator, %s %o', async (tap, config) => {
    const full = network('rim-generator', { ...small, ...config })
    const graph = { ...full, taps: { [tap]: full.taps[tap]! } }
    const weights = plausibleWeights(full, 3)
    const x = randomInput(graph, 1, 4)
    const [a, b] = [await runTensorFlow(graph, weights, x), await runOnnx(graph, weights, x)]
    expect(compare(a.data, b.data).cosine).toBeGreaterThanOrEqual(0.99999)
  })
})

it('heads and corrections begin as nothing, so that a first step is not spent on taking noise back', () => {
  const silent = ['rim-coarse', 'rim-generator'].flatMap((name) =>
    [...initialWeights(network(name, { ...small, skip: true }), 1)]
      .filter(([name, weight]) => name.endsWith('/filter') && floats(weight).every((v) => v === 0))
      .map(([name]) => name),
  )
  expect(silent).toEqual([
    'image/conv/filter',
    'prior/landmarks/filter',
    'prior/parsing/filter',
    'integrator/image/conv/filter',
  ])
})

describe('with a skip, images are corrections', () => {
  /** Weights with which the last convolution gives nothing. */
  const silenced = (graph: Graph): Map<string, Weight> => {
    const weights = plausibleWeights(graph, 5)
    for (const [name, { data }] of weights) if (/(^|\/)image\//.test(name)) data.fill(0)
    return weights
  }
  it('of the face that comes in, whatever the size plane says', async () => {
    const graph = network('rim-coarse', { ...small, skip: true, told: true })
    const x = randomInput(graph, 1, 6)
    const y = await runOnnx(graph, silenced(graph), x, { layout: 'NHWC' })
    const face = Float32Array.from(y.data, (_, i) => x.data[(i % 1024) * 4 + Math.floor(i / 1024)]!)
    expect(compare(y.data, face).error).toBe(0)
  })
  it('of the first guess, which features alone could not give back', async () => {
    const full = network('rim-generator', { ...small, skip: true })
    const graph = { ...full, taps: { image: full.taps.image! } }
    const x = randomInput(graph, 1, 7)
    const y = await runOnnx(graph, silenced(full), x, { layout: 'NHWC' })
    const first = Float32Array.from(y.data, (_, i) => x.data[(i % 1024) * 3 + Math.floor(i / 1024)]!)
    expect(compare(y.data, first).error).toBe(0)
  })
})
