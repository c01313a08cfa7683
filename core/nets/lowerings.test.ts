// Both lowerings of every operation give the same numbers; so do small networks of many.
import { describe, expect, it } from 'vitest'
import { build, type Builder } from './build.ts'
import type { Graph, Op, Shape } from './graph.ts'
import { inferShapes } from './shapes.ts'
import { compare, randomInput, randomWeights as random, runOnnx, runTensorFlow } from './testSupport.ts'
import { halved, type Weight } from './weights.ts'

const one = (shape: Shape, body: (g: Builder, x: string) => string): Graph => {
  const g = build('test')
  return g.done({ y: body(g, g.input(shape)) })
}
const map: Shape = [7, 9, 6]

const cases: Record<string, Graph> = {
  'conv 3x3, padding 1': one(map, (g, x) => g.conv('c', x, { filters: 5, kernel: 3, pad: 1 })),
  'conv stride 2 as PyTorch pads': one(map, (g, x) =>
    g.conv('c', x, { filters: 5, kernel: 3, stride: 2, pad: 1, bias: true }),
  ),
  'conv uneven kernel, stride and padding': one(map, (g, x) =>
    g.conv('c', x, { filters: 4, kernel: [2, 5], stride: [1, 3], pad: [1, 0, 2, 3] }),
  ),
  'conv dilated': one(map, (g, x) => g.conv('c', x, { filters: 4, kernel: 3, dilation: 2, pad: 2 })),
  'conv 1x1': one(map, (g, x) => g.conv('c', x, { filters: 8, kernel: 1, bias: true })),
  'conv depthwise, stride 2': one(map, (g, x) =>
    g.conv('c', x, { filters: 6, kernel: 3, stride: 2, pad: 1, groups: 6 }),
  ),
  'conv depthwise, two filters per channel': one(map, (g, x) =>
    g.conv('c', x, { filters: 12, kernel: 3, pad: 1, groups: 6 }),
  ),
  'conv in three groups': one(map, (g, x) => g.conv('c', x, { filters: 9, kernel: 3, pad: 1, groups: 3, bias: true })),
  'conv global depthwise': one(map, (g, x) => g.conv('c', x, { filters: 6, kernel: [7, 9], groups: 6 })),
  // 7x9 → 28x36 with kernel 7, stride 4, as RIM's integrator; and one in which padding and output padding are uneven.
  'deconv, stride 4': one(map, (g, x) =>
    g.deconv('c', x, { filters: 5, kernel: 7, stride: 4, pad: 2, outputPad: 1, bias: true }),
  ),
  'deconv, stride 2': one(map, (g, x) => g.deconv('c', x, { filters: 3, kernel: 4, stride: 2, pad: 1 })),
  'deconv, more output padding than padding': one(map, (g, x) =>
    g.deconv('c', x, { filters: 4, kernel: [2, 5], stride: [3, 4], pad: [1, 0, 0, 3], outputPad: [2, 1] }),
  ),
  'deconv, whole': one(map, (g, x) => g.deconv('c', x, { filters: 4, kernel: 3, stride: 1 })),
  'dense with bias': one([11], (g, x) => g.dense('d', x, { units: 7 })),
  'dense without bias': one([11], (g, x) => g.dense('d', x, { units: 7, bias: false })),
  'batchNorm of a map': one(map, (g, x) => g.batchNorm('b', x)),
  'batchNorm of a vector': one([11], (g, x) => g.batchNorm('b', x, { epsilon: 1e-3 })),
  instanceNorm: one(map, (g, x) => g.instanceNorm('i', x)),
  'instanceNorm without gains': one(map, (g, x) => g.instanceNorm('i', x, { affine: false, epsilon: 0.1 })),
  tanh: one(map, (g, x) => g.tanh('t', x)),
  'some channels': one(map, (g, x) => g.channels('s', x, { from: 2, count: 3 })),
  'affine of a map': one(map, (g, x) => g.affine('a', x)),
  'affine of a vector': one([11], (g, x) => g.affine('a', x)),
  relu: one(map, (g, x) => g.relu('r', x)),
  relu6: one(map, (g, x) => g.relu6('r', g.affine('a', x))),
  'prelu of a map': one(map, (g, x) => g.prelu('p', x)),
  'prelu of a vector': one([11], (g, x) => g.prelu('p', x)),
  'add of three': one(map, (g, x) => g.add('s', x, g.relu('r', x), g.affine('a', x))),
  'concat of three': one(map, (g, x) => g.concat('j', x, g.conv('c', x, { filters: 2, kernel: 1 }), g.relu('r', x))),
  'channelPad on both sides': one(map, (g, x) => g.channelPad('z', x, { before: 2, after: 3 })),
  'pad unevenly': one(map, (g, x) => g.pad('z', x, [1, 2, 3, 4])),
  'maxPool with padding never takes the padding': one(map, (g, x) =>
    g.maxPool('m', x, { kernel: 3, stride: 2, pad: 1 }),
  ),
  avgPool: one(map, (g, x) => g.avgPool('m', x, { kernel: [2, 3], stride: [2, 1] })),
  'avgPool counts padding': one(map, (g, x) => g.avgPool('m', x, { kernel: 3, stride: 2, pad: 1 })),
  globalAvgPool: one(map, (g, x) => g.globalAvgPool('m', x)),
  'flatten as PyTorch does': one(map, (g, x) => g.flatten('f', x, 'chw')),
  'flatten in memory order': one(map, (g, x) => g.flatten('f', x, 'hwc')),
  l2Normalise: one([11], (g, x) => g.l2Normalise('n', x)),
  'haarLowPass, orthonormal, odd width': one(map, (g, x) => g.haarLowPass('h', x)),
  'haarLowPass, average': one(map, (g, x) => g.haarLowPass('h', x, 'average')),
  'upsample nearest': one(map, (g, x) => g.upsample('u', x, 3, 'nearest')),
  'upsample bilinear': one(map, (g, x) => g.upsample('u', x, 2, 'bilinear')),
  'dropout at inference': one(map, (g, x) => g.dropout('d', x, 0.4)),
}

describe('TensorFlow.js and ONNX Runtime agree on', () => {
  it.each(Object.entries(cases))('%s', async (name, graph) => {
    const weights = random(graph, name.length)
    const x = randomInput(graph, 3, 100)
    const [a, b] = [await runTensorFlow(graph, weights, x), await runOnnx(graph, weights, x)]
    expect(b.dims).toEqual(a.dims)
    const { cosine, error } = compare(a.data, b.data)
    expect(cosine).toBeGreaterThanOrEqual(0.99999)
    expect(error).toBeLessThan(2e-5 * Math.max(1, ...a.data.map(Math.abs)))
    const shape = inferShapes(graph).get(graph.taps.y!)!
    expect([3, ...(shape.length === 3 ? [shape[2], shape[0], shape[1]] : shape)]).toEqual(a.dims)
  })

  it('every operation that the form knows stands in a case', () => {
    const seen = new Set(Object.values(cases).flatMap((g) => g.nodes.map((n) => n.op)))
    const known: Record<Op, true> = {
      input: true,
      conv: true,
      deconv: true,
      dense: true,
      batchNorm: true,
      instanceNorm: true,
      affine: true,
      relu: true,
      relu6: true,
      tanh: true,
      prelu: true,
      add: true,
      concat: true,
      channels: true,
      channelPad: true,
      pad: true,
      maxPool: true,
      avgPool: true,
      globalAvgPool: true,
      flatten: true,
      l2Normalise: true,
      haarLowPass: true,
      upsample: true,
      dropout: true,
    }
    expect([...seen].sort()).toEqual(Object.keys(known).sort())
  })
})

/** Stem, an inverted residual, a Haar stage with a shared convolution, and an embedding: a bit of everything. */
function smallNetwork(): Graph {
  const g = build('small')
  let x = g.input([24, 20, 3])
  x = g.prelu('stem/act', g.batchNorm('stem/bn', g.conv('stem/conv', x, { filters: 8, kernel: 3, pad: 1 })))
  let y = g.relu('a/act', g.batchNorm('a/bn', g.conv('a/expand', x, { filters: 16, kernel: 1 })))
  y = g.conv('a/depthwise', y, { filters: 16, kernel: 3, pad: 1, groups: 16 })
  x = g.add('a/sum', x, g.conv('a/project', y, { filters: 8, kernel: 1 }))
  x = g.haarLowPass('b/low', g.conv('b/conv', x, { filters: 8, kernel: 3, pad: 1 }))
  x = g.add('b/sum', x, g.conv('b/again', x, { filters: 8, kernel: 3, pad: 1 }, 'b/conv'))
  const map = x
  x = g.dense('head/dense', g.dropout('head/drop', g.flatten('head/flat', x, 'chw'), 0.4), { units: 32 })
  return g.done({ embedding: g.l2Normalise('embedding', g.batchNorm('head/bn', x)), b: map })
}

describe('a small network', () => {
  const graph = smallNetwork()
  const weights = random(graph, 7)
  const x = randomInput(graph, 4, 8)

  it('gives unit embeddings that are the same in both engines and for both layouts of the input', async () => {
    const a = await runTensorFlow(graph, weights, x)
    for (const layout of ['NCHW', 'NHWC'] as const) {
      const b = await runOnnx(graph, weights, x, { layout })
      expect(compare(a.data, b.data).cosine).toBeGreaterThan(0.999999)
      expect(compare(a.data, b.data).error).toBeLessThan(1e-5)
    }
    expect(Math.hypot(...a.data.subarray(0, 32))).toBeCloseTo(1, 5)
  })

  it('stays the same through half-precision and 8-bit storage, apart from the rounding of the weights', async () => {
    const half = new Map([...weights].map(([name, w]) => [name, halved(w)]))
    const bytes = new Map([...weights].map(([name, w]) => [name, quantised(w)]))
    for (const store of [half, bytes]) {
      const a = await runTensorFlow(graph, store, x)
      const b = await runOnnx(graph, store, x)
      expect(compare(a.data, b.data).cosine).toBeGreaterThan(0.99999)
    }
  })
})

/** 256 levels between the smallest and the largest value. */
function quantised(weight: Weight): Weight {
  if (weight.kind !== 'float32') throw new Error('already small')
  const min = Math.min(...weight.data)
  const scale = (Math.max(...weight.data) - min) / 255 || 1
  const data = Uint8Array.from(weight.data, (v) => Math.round((v - min) / scale))
  return { kind: 'uint8', shape: weight.shape, data, scale, min }
}
