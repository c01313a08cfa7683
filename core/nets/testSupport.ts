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

/** Weights like a trained network's, so that deep ones neither die nor explode; statistics are no special values. */
export function plausibleWeights(graph: Graph, seed: number): Map<string, Weight> {
  const draw = normal(seed)
  const flat = uniform(seed + 1)
  return filled(graph, ({ role, shape }) => {
    const fanIn = role === 'filter' ? shape[0]! * shape[1]! * shape[2]! : shape[0]!
    if (role === 'filter' || role === 'matrix') return () => draw() * Math.sqrt(2 / fanIn)
    if (role === 'variance' || role === 'gain') return () => 0.5 + flat()
    return () => 0.2 * draw()
  })
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

/**
 * Runs a network in both engines on two images.
 * @returns lowest cosine between the engines, and the cosine between what they make of the difference of the images
 *   (embeddings that ignore the image have a high cosine too)
 */
export async function agreement(
  graph: Graph,
  seed: number,
  weights: WeightStore = plausibleWeights(graph, seed),
): Promise<{ lowest: number; difference: number }> {
  const x = randomInput(graph, 2, seed + 1)
  return agreementOf((await runTensorFlow(graph, weights, x)).data, (await runOnnx(graph, weights, x)).data)
}

/** As `agreement`, of two pairs of embeddings. */
export function agreementOf(a: Float32Array, b: Float32Array): { lowest: number; difference: number } {
  const length = a.length / 2
  const row = (y: Float32Array, i: number): Float32Array => y.subarray(i * length, (i + 1) * length)
  const apart = (y: Float32Array): Float32Array => row(y, 0).map((v, i) => v - row(y, 1)[i]!)
  const rows = [0, 1].map((i) => compare(row(a, i), row(b, i)).cosine)
  return { lowest: Math.min(...rows), difference: compare(apart(a), apart(b)).cosine }
}

/** Names of the weights in which two stores differ: a test that demands [] says which, and prints no million numbers. */
export function differing(a: WeightStore, b: WeightStore): string[] {
  const same = (x: Weight | undefined, y: Weight | undefined): boolean =>
    x?.shape.join() === y?.shape.join() && !!x && !!y && Buffer.compare(bytesOf(x), bytesOf(y)) === 0
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => !same(a.get(name), b.get(name)))
}
const bytesOf = ({ data }: Weight): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
