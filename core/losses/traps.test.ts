// Where TensorFlow.js gives a wrong number, a wrong gradient or none, ours is right. Its other traps are tested beside
// the code that avoids them: |x|, stop-gradient and zero rows (losses.test.ts), padding and batch statistics
// (nets/tensorflow.test.ts), the gradients of convolutions on WebAssembly (runtime/learn/wasm.test.ts).
import * as tf from '@tensorflow/tfjs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { resizeFloat, weightMatrix } from '../images/resample.ts'
import { build, type Builder } from '../nets/build.ts'
import type { Op } from '../nets/graph.ts'
import { initialWeights, normal } from '../nets/initialise.ts'
import { toTensorFlow } from '../nets/tensorflow.ts'
import { haarLowBand, waveletSimilarity } from './distillation.ts'
import { logExp } from './logExp.ts'
import { arcfaceLogits } from './marginSoftmax.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

const core = tf as never
const random = (shape: number[], seed: number): tf.Tensor =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, normal(seed)), shape)
const slope = (f: (x: tf.Tensor) => tf.Tensor, at: tf.Tensor): number[] => [
  ...tf
    .grad((x) => f(x) as tf.Scalar)(at)
    .dataSync(),
]

describe('ArcFace, whose branch is a mask', () => {
  const s = 8
  const m = 0.5
  const oneHot = tf.tensor2d([[1]])
  const at = (cos: number): number =>
    slope((c) => tf.sum(arcfaceLogits(core, c, oneHot, { s, m })), tf.tensor2d([[cos]]))[0]!
  it('a mask by tf.greater has no gradient and throws', () =>
    expect(() => slope((c) => tf.sum(tf.where(tf.greater(c, 0), c, tf.neg(c))), tf.tensor1d([0.5]))).toThrow(
      /gradient/i,
    ))
  it('has the slope of s cos(θ + m) before the angle of π - m, and s beyond it', () => {
    for (const cos of [0.9, 0.2, -0.5, -0.87])
      expect(at(cos)).toBeCloseTo((s * Math.sin(Math.acos(cos) + m)) / Math.sin(Math.acos(cos)), 3)
    for (const cos of [-0.88, -0.95]) expect(at(cos)).toBeCloseTo(s, 5)
  })
  it('has a slope at 1 and -1, where the arc cosine has none', () => {
    expect(slope((c) => tf.sum(tf.acos(c)), tf.tensor1d([1]))[0]).toBe(-Infinity)
    for (const cos of [1, -1]) expect(Number.isFinite(at(cos))).toBe(true)
  })
})

describe('LogExp of nearly equal embeddings', () => {
  it('keeps its digits where exp(d) - 1 has lost them', () => {
    const [x, y] = [tf.fill([1, 8], 1e-6), tf.zeros([1, 8])]
    // log1p(Σ expm1(d)) / D = d to the sixth digit.
    expect(Math.abs(logExp(core, x, y, { p: 1 }).dataSync()[0]! / 1e-6 - 1)).toBeLessThan(1e-4)
    const plain = tf.log(tf.add(1, tf.sum(tf.sub(tf.exp(tf.sub(x, y)), 1)))).dataSync()[0]! / 8
    expect(Math.abs(plain / 1e-6 - 1)).toBeGreaterThan(0.01)
  })
  it('has slope 0 where they are equal, and slope 1/D for a lone error', () =>
    expect(slope((x) => logExp(core, x, tf.zeros([1, 4]), { p: 1 }), tf.tensor2d([[0, 0.5, 0, 0]]))).toEqual([
      0,
      expect.closeTo(0.25, 6),
      0,
      0,
    ]))
})

describe('bicubic resizing, which TensorFlow.js lacks', () => {
  const [from, to] = [16, 7]
  const [shrink, enlarge] = [weightMatrix(from, to, 'bicubic'), weightMatrix(to, from, 'bicubic')]
  /** W X Wᵀ, there and back again. */
  const copy = (x: tf.Tensor): tf.Tensor => {
    const [a, b] = [tf.tensor2d(shrink, [to, from]), tf.tensor2d(enlarge, [from, to])]
    const across = (w: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D => tf.matMul(tf.matMul(w, y), w, false, true)
    return across(b, across(a, x as tf.Tensor2D))
  }
  it('is two products with its matrices: the resampler’s own values', () => {
    const x = random([from, from], 1)
    const data = Float32Array.from(x.dataSync())
    const small = resizeFloat({ width: from, height: from, channels: 1, data }, to, to, 'bicubic')
    const { data: back } = resizeFloat(small, from, from, 'bicubic')
    copy(x)
      .dataSync()
      .forEach((v, i) => expect(v).toBeCloseTo(back[i]!, 5))
    const bilinear = tf.image.resizeBilinear(tf.reshape(x, [1, from, from, 1]) as tf.Tensor4D, [to, to]).dataSync()
    expect(Math.max(...bilinear.map((v, i) => Math.abs(v - small.data[i]!)))).toBeGreaterThan(0.1)
  })
  it('and differentiable: the gradient is the transposed resize', () => {
    const [x, v, g] = [random([from, from], 1), random([from, from], 2), random([from, from], 3)]
    const gradient = tf.tensor(
      slope((y) => tf.sum(tf.mul(copy(y), g)), x),
      [from, from],
    )
    // Linear: <∇, v> = <g, copy(v)>.
    const [left, right] = [tf.sum(tf.mul(gradient, v)), tf.sum(tf.mul(g, copy(v)))].map((y) => y.dataSync()[0]!)
    expect(left).toBeCloseTo(right!, 3)
  })
})

describe('on WebAssembly without a gradient for depthwise convolutions', () => {
  beforeAll(async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    const home = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))
    setWasmPaths(path.join(home, 'wasm-out', path.sep))
    await tf.setBackend('wasm')
    return async () => void (await tf.setBackend('cpu'))
  })
  const ones = tf.ones([1, 4, 4, 1]) as tf.Tensor4D
  it('the Haar low band as a depthwise convolution throws', () => {
    const haar = tf.fill([2, 2, 1, 1], 0.5) as tf.Tensor4D
    expect(() => slope((x) => tf.sum(tf.depthwiseConv2d(x as tf.Tensor4D, haar, 2, 'valid')), ones)).toThrow(
      /DepthwiseConv2dNativeBackprop/,
    )
  })
  it('ours as twice the average spreads a half to each of four pixels', () => {
    expect(slope((x) => tf.sum(haarLowBand(core, x)), ones)).toEqual(new Array<number>(16).fill(0.5))
    // Mean form: -LLᵀ(Δ) 2 / numel, with Δ = LL(teacher) - LL(student) = -2 in all four places.
    const teacher = tf.zeros([1, 4, 4, 1])
    expect(slope((x) => waveletSimilarity(core, [x], [teacher]), ones)).toEqual(new Array<number>(16).fill(0.5))
  })
})

type Draw = (g: Builder, x: string) => string
/** Every operation of a graph but dropout, which has a gradient only for the same draw. Weights are random. */
const everything: Record<Exclude<Op, 'input' | 'dropout'>, Draw | readonly Draw[]> = {
  conv: [
    (g, x) => g.conv('o', x, { filters: 4, kernel: 3, stride: 2, pad: 1, bias: true }),
    (g, x) => g.conv('o', x, { filters: 6, kernel: 3, pad: 1, groups: 2 }),
    (g, x) => g.conv('o', x, { filters: 4, kernel: 3, stride: 2, pad: 1, groups: 4 }),
  ],
  deconv: (g, x) => g.deconv('o', x, { filters: 3, kernel: 3, stride: 2, pad: 1, outputPad: 1 }),
  dense: (g, x) => g.dense('o', g.flatten('f', x, 'chw'), { units: 3 }),
  batchNorm: (g, x) => g.batchNorm('o', x),
  instanceNorm: (g, x) => g.instanceNorm('o', x),
  affine: (g, x) => g.affine('o', x),
  relu: (g, x) => g.relu('o', x),
  relu6: (g, x) => g.relu6('o', x),
  tanh: (g, x) => g.tanh('o', x),
  prelu: (g, x) => g.prelu('o', x),
  add: (g, x) => g.add('o', x, g.relu('r', x), x),
  concat: (g, x) => g.concat('o', g.relu('r', x), x),
  channels: (g, x) => g.channels('o', x, { from: 1, count: 2 }),
  channelPad: (g, x) => g.channelPad('o', x, { before: 1, after: 2 }),
  pad: (g, x) => g.pad('o', x, 1),
  maxPool: (g, x) => g.maxPool('o', x, { kernel: 3, stride: 2, pad: 1 }),
  avgPool: (g, x) => g.avgPool('o', x, { kernel: 3, stride: 2, pad: 1 }),
  globalAvgPool: (g, x) => g.globalAvgPool('o', x),
  flatten: [(g, x) => g.flatten('o', x, 'chw'), (g, x) => g.flatten('o', x, 'hwc')],
  l2Normalise: (g, x) => g.l2Normalise('o', g.flatten('f', x, 'hwc')),
  haarLowPass: (g, x) => g.haarLowPass('o', x),
  // TensorFlow.js 4.22 is wrong in both: see core/nets/upsample.ts.
  upsample: [(g, x) => g.upsample('o', x, 2, 'nearest'), (g, x) => g.upsample('o', x, 2, 'bilinear')],
}
const drawn = Object.entries(everything).flatMap(([op, of]) => [of].flat().map((draw): [string, Draw] => [op, draw]))
it.each(drawn)('every operation has a gradient that finite differences confirm: %s', (_name, draw) => {
  const g = build('one')
  const graph = g.done({ y: draw(g, g.input([6, 6, 4])) })
  const net = toTensorFlow(tf, graph, initialWeights(graph, 3))
  const [x, v] = [random([2, 6, 6, 4], 5), random([2, 6, 6, 4], 6)]
  const f = (at: tf.Tensor): tf.Tensor => {
    const y = net.apply(at, { training: true, updateStatistics: false }).y!
    return tf.sum(tf.mul(y, random(y.shape, 7)))
  }
  const gradient = tf.tensor(slope(f, x), x.shape)
  const along = tf.sum(tf.mul(gradient, v)).dataSync()[0]!
  const h = 1e-3
  const moved = (by: number): number => f(tf.add(x, tf.mul(v, by))).dataSync()[0]!
  expect(Math.abs((moved(h) - moved(-h)) / (2 * h) - along)).toBeLessThan(0.02 * Math.max(1, Math.abs(along)))
  net.dispose()
})
