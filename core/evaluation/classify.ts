// Closed-set classification on frozen templates: a softmax layer trained on them alone, and the nearest centroid.
import { random } from '../images/random.ts'
import type { Matrix } from './matrix.ts'

export interface ClassifyOptions {
  readonly classes: number
  readonly seed?: number
  readonly epochs?: number
  readonly batch?: number
  readonly signal?: AbortSignal | undefined
}

/** Templates of unit length are lengthened so that logits can tell classes apart; our decision. */
const LENGTH = 16
const RATE = 0.1
const MOMENTUM = 0.9
const DECAY = 1e-4

/** Weights classes x (dim + 1), the last column being the bias. */
interface Layer {
  readonly dim: number
  readonly weights: Float32Array
}

/** Probabilities of one template, written into `out`. */
function softmax({ dim, weights }: Layer, { rows }: Matrix, i: number, out: Float64Array): void {
  let highest = Number.NEGATIVE_INFINITY
  for (let c = 0; c < out.length; c++) {
    const at = c * (dim + 1)
    let sum = weights[at + dim]!
    for (let d = 0; d < dim; d++) sum += LENGTH * weights[at + d]! * rows[i * dim + d]!
    out[c] = sum
    if (sum > highest) highest = sum
  }
  let total = 0
  for (let c = 0; c < out.length; c++) total += out[c] = Math.exp(out[c]! - highest)
  for (let c = 0; c < out.length; c++) out[c]! /= total
}

const place = (values: Float64Array): number => values.reduce((best, v, i) => (v > values[best]! ? i : best), 0)

/** Trains the layer by SGD with momentum and a cosine schedule from zero weights; deterministic in the seed. */
function train(
  matrix: Matrix,
  labels: Int32Array,
  o: Required<Omit<ClassifyOptions, 'signal'>>,
  signal?: AbortSignal,
): Layer {
  const { dim, rows, there } = matrix
  const layer: Layer = { dim, weights: new Float32Array(o.classes * (dim + 1)) }
  const speed = new Float32Array(layer.weights.length)
  const gradient = new Float32Array(layer.weights.length)
  const p = new Float64Array(o.classes)
  const order = Array.from(labels.keys()).filter((i) => there[i])
  const draw = random(o.seed, order.length)
  const steps = o.epochs * Math.ceil(order.length / o.batch)
  let step = 0
  for (let epoch = 0; epoch < o.epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = draw.below(i + 1)
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    for (let first = 0; first < order.length; first += o.batch, step++) {
      signal?.throwIfAborted()
      const some = order.slice(first, first + o.batch)
      gradient.fill(0)
      for (const i of some) {
        softmax(layer, matrix, i, p)
        for (let c = 0; c < o.classes; c++) {
          const error = (p[c]! - (labels[i] === c ? 1 : 0)) / some.length
          const at = c * (dim + 1)
          for (let d = 0; d < dim; d++) gradient[at + d]! += LENGTH * error * rows[i * dim + d]!
          gradient[at + dim]! += error
        }
      }
      const rate = (RATE * (1 + Math.cos((Math.PI * step) / steps))) / 2
      for (let k = 0; k < speed.length; k++) {
        speed[k] = MOMENTUM * speed[k]! + gradient[k]! + DECAY * layer.weights[k]!
        layer.weights[k]! -= rate * speed[k]!
      }
    }
  }
  return layer
}

/** Mean of each class's templates. */
function centroids({ dim, rows, there }: Matrix, labels: Int32Array, classes: number): Float64Array {
  const out = new Float64Array(classes * dim)
  for (const [i, c] of labels.entries())
    if (there[i]) for (let d = 0; d < dim; d++) out[c * dim + d]! += rows[i * dim + d]!
  for (let c = 0; c < classes; c++) {
    const row = out.subarray(c * dim, (c + 1) * dim)
    const length = Math.hypot(...row) || 1
    for (let d = 0; d < dim; d++) row[d]! /= length
  }
  return out
}

export interface Classified {
  /** For each test template whether the softmax layer names it rightly; one without a template is wrong. */
  readonly softmax: readonly boolean[]
  readonly nearestCentroid: readonly boolean[]
}

/**
 * @param labels of the training templates, 0 … classes - 1 @param wanted those of the test templates
 * @see Ge et al., selective knowledge distillation, IEEE TIP 28(4), 2019: extractor frozen, the last layer trained
 */
export function classify(
  training: Matrix,
  labels: Int32Array,
  test: Matrix,
  wanted: Int32Array,
  { classes, seed = 1, epochs = 40, batch = 64, signal }: ClassifyOptions,
): Classified {
  const layer = train(training, labels, { classes, seed, epochs, batch }, signal)
  const means = centroids(training, labels, classes)
  const p = new Float64Array(classes)
  const { dim, rows, there } = test
  const nearest = (i: number): number => {
    for (let c = 0; c < classes; c++) {
      p[c] = 0
      for (let d = 0; d < dim; d++) p[c]! += means[c * dim + d]! * rows[i * dim + d]!
    }
    return place(p)
  }
  const chosen = (i: number): number => (softmax(layer, test, i, p), place(p))
  return {
    softmax: Array.from(wanted, (label, i) => there[i] === 1 && chosen(i) === label),
    nearestCentroid: Array.from(wanted, (label, i) => there[i] === 1 && nearest(i) === label),
  }
}
