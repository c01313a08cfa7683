// Runs one graph in both engines, so that tests can demand equal answers.
import * as tf from '@tensorflow/tfjs'
import ort from 'onnxruntime-node'
import { inputOf, type Graph } from './graph.ts'
import { filled, normal, uniform } from './initialise.ts'
import { toOnnx, type OnnxOptions } from './onnx/lower.ts'
import { toTensorFlow } from './tensorflow.ts'
import type { Weight, WeightStore } from './weights.ts'

/** Standard normal input for `batch` images of the graph's input shape. */
export function randomInput(graph: Graph, batch: number, seed: number): { dims: number[]; data: Float32Array } {
  const dims = [batch, ...inputOf(graph).attributes.shape]
  return { dims, data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, normal(seed)) }
}

/** Weights with no special values, statistics included: variances positive, everything else normal. */
export function randomWeights(graph: Graph, seed: number): Map<string, Weight> {
  const draw = normal(seed)
  const flat = uniform(seed + 1)
  return filled(graph, ({ role }) => (role === 'variance' ? () => 0.5 + flat() : draw))
}

type Values = { dims: number[]; data: Float32Array }

/** Moves channels of a [batch, h, w, c] array to the front, or back. Vectors stay. */
export function toNchw({ dims, data }: Values): Values {
  if (dims.length !== 4) return { dims, data }
  const [n, h, w, c] = dims as [number, number, number, number]
  const out = new Float32Array(data.length)
  for (let b = 0, at = 0; b < n; b++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) for (let k = 0; k < c; k++) out[((b * c + k) * h + y) * w + x] = data[at++]!
  return { dims: [n, c, h, w], data: out }
}

/** First tap in TensorFlow.js (cpu backend), reordered to NCHW. */
export async function runTensorFlow(graph: Graph, weights: WeightStore, x: Values): Promise<Values> {
  tf.enableProdMode() // says nothing about faster backends
  await tf.setBackend('cpu')
  const network = toTensorFlow(tf, graph, weights)
  const y = tf.tidy(() => network.apply(tf.tensor(x.data, x.dims))[network.taps[0]!]!)
  const result = toNchw({ dims: y.shape, data: (await y.data()) as Float32Array })
  y.dispose()
  network.dispose()
  return result
}

/** First tap in ONNX Runtime; maps come out as NCHW. */
export async function runOnnx(
  graph: Graph,
  weights: WeightStore,
  x: Values,
  options: OnnxOptions = {},
): Promise<Values> {
  const session = await ort.InferenceSession.create(toOnnx(graph, weights, options), { intraOpNumThreads: 1 })
  const input = options.layout === 'NHWC' ? x : toNchw(x)
  const out = (await session.run({ input: new ort.Tensor('float32', input.data, input.dims) }))[
    session.outputNames[0]!
  ]!
  await session.release()
  return { dims: [...out.dims], data: out.data as Float32Array }
}

/** Cosine of two arrays and their largest absolute difference. */
export function compare(a: Float32Array, b: Float32Array): { cosine: number; error: number } {
  let dot = 0
  let aa = 0
  let bb = 0
  let error = 0
  a.forEach((x, i) => {
    const y = b[i]!
    dot += x * y
    aa += x * x
    bb += y * y
    error = Math.max(error, Math.abs(x - y))
  })
  return { cosine: dot / Math.sqrt(aa * bb), error }
}
