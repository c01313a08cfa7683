// Values and all gradients of one small network, so that tests can demand that two ways of computing them agree.
import { build, type Builder } from '../../nets/build.ts'
import type { Graph } from '../../nets/graph.ts'
import { initialWeights, normal } from '../../nets/initialise.ts'
import { toTensorFlow, type TensorFlow } from '../../nets/tensorflow.ts'
import type { BatchNormalise, FastKernels } from '../../nets/tensorflowOps.ts'

/** Name → numbers: `y`, `dx`, and the gradient of every trainable weight and the value of every running statistic. */
export type Answers = Map<string, Float32Array>

/** @param draw adds layers to the input and returns the last one */
export function small(shape: [number, number, number] | [number], draw: (g: Builder, x: string) => string): Graph {
  const g = build('small')
  return g.done({ y: draw(g, g.input(shape)) })
}

/** Loss: the sum of the output times fixed pseudo-random numbers, so that every element has a gradient of its own. */
export async function answers(
  tf: TensorFlow,
  graph: Graph,
  fast: { batchNormalise?: BatchNormalise; kernels?: FastKernels } = {},
  batch = 3,
): Promise<Answers> {
  const weights = initialWeights(graph, 7)
  // Slopes, biases and gains away from the values that hide mistakes.
  const random = normal(11)
  for (const [name, weight] of weights)
    if (!/filter|matrix|variance/.test(name)) weight.data.forEach((_, i) => (weight.data[i] = 0.6 + 0.3 * random()))
  const net = toTensorFlow(tf, graph, weights, fast)
  const [input] = graph.nodes
  const dims = [batch, ...(input as { attributes: { shape: readonly number[] } }).attributes.shape]
  const x = tf.tensor(
    Float32Array.from({ length: dims.reduce((a, b) => a * b) }, normal(3)).map((v) => v * 4),
    dims,
  )
  const kept = tf.tidy(() => {
    const random = (like: typeof x) => tf.tensor(Float32Array.from({ length: like.size }, normal(5)), like.shape)
    let y = x
    const variables = net.variables()
    const { grads } = tf.variableGrads(() => {
      y = tf.keep(net.apply(x, { training: true }).y!)
      return tf.sum(tf.mul(y, random(y)))
    }, variables)
    const dx = tf.grad((v: typeof x) => {
      const again = net.apply(v, { training: true, updateStatistics: false }).y!
      return tf.mul(again, random(again))
    })(x)
    const trained = new Set(variables.map((v) => v.name))
    const found: Record<string, typeof x> = { y, dx }
    for (const name of weights.keys()) {
      const variable = net.variable(name)
      found[name] = trained.has(variable.name) ? grads[variable.name]! : variable.clone()
    }
    return found
  })
  const result: Answers = new Map()
  for (const [name, tensor] of Object.entries(kept)) result.set(name, (await tensor.data()) as Float32Array)
  tf.dispose([kept, x])
  net.dispose()
  return result
}

/**
 * Largest difference relative to the largest magnitude of the same answer, over all answers: [error, name of the worst].
 * Answers that are zero but for rounding, such as a bias before a normalisation, count by the largest of all answers.
 */
export function worst(a: Answers, b: Answers): [number, string] {
  let found: [number, string] = [0, '']
  if (a.size !== b.size) throw new Error('they do not answer the same questions')
  const largest = (values: Float32Array): number => values.reduce((max, v) => Math.max(max, Math.abs(v)), 0)
  const floor = 1e-3 * Math.max(...[...a.values()].map(largest))
  for (const [name, left] of a) {
    const right = b.get(name)
    if (right?.length !== left.length) throw new Error(`${name} is of another length`)
    const scale = Math.max(floor, largest(left))
    const error = largest(left.map((v, i) => v - right[i]!))
    if (!(error / scale <= found[0])) found = [error / scale, name]
  }
  return found
}
