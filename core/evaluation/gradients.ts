// How hard faces of one size pull at a network: the norms of its parameters' gradients after one batch (LRFR, figure 3b).
import type * as Tf from '@tensorflow/tfjs'
import { l2Normalise } from '../losses/basics.ts'
import { cosface } from '../losses/marginSoftmax.ts'
import type { TensorFlow, TfNetwork } from '../nets/tensorflow.ts'

/** Faces of a fixed batch, one for each person, and other photographs of these people. */
export interface FixedBatch {
  readonly probes: readonly number[]
  /** For each probe the photographs whose mean embedding stands for the person. */
  readonly references: readonly (readonly number[])[]
}

const MOST_FACES = 32
const MOST_REFERENCES = 3

/** @param people whose face each is; those with one face are left out. Null where fewer than two are left. */
export function fixedBatch(people: readonly string[], most = MOST_FACES): FixedBatch | null {
  const several = [...Map.groupBy(people.keys(), (i) => people[i]!).values()].filter((faces) => faces.length > 1)
  const count = Math.min(most, several.length)
  if (count < 2) return null
  const chosen = Array.from({ length: count }, (_, k) => several[Math.floor((k * several.length) / count)]!)
  return {
    probes: chosen.map((faces) => faces[0]!),
    references: chosen.map((faces) => faces.slice(1, 1 + MOST_REFERENCES)),
  }
}

/** Recipe C's classification loss. */
const MARGIN = { s: 48, m: 0.4 } as const
/** Faces at a time: gradients are added up, so that memory is bounded. */
const CHUNK = 8

/**
 * Sum over all parameters of the L2 norm of the gradient of the mean CosFace loss. Statistics of normalisations stay as
 * they are. @param rows network inputs, [side, side, 3] each @param classes [N, D], unit directions; row i is face i's own
 * @see Ling et al., AAAI-23 workshop (LRFR), figure 3b: "gradient norm sum of the parameters"
 */
export function gradientNorm(
  tf: TensorFlow,
  network: TfNetwork,
  rows: readonly Float32Array[],
  classes: readonly Float32Array[],
): number {
  const variables = network.variables()
  const tap = network.taps[0]!
  return tf.tidy(() => {
    const directions = tf.transpose(asMatrix(tf, classes))
    let sums: Tf.Tensor[] | undefined
    for (let first = 0; first < rows.length; first += CHUNK) {
      const some = rows.slice(first, first + CHUNK)
      const previous = sums
      sums = tf.tidy(() => {
        const x = inputOf(tf, some)
        const own = tf.oneHot(tf.range(first, first + some.length, 1, 'int32'), classes.length)
        const { grads } = tf.variableGrads(() => {
          const embedding = l2Normalise(tf as never, network.apply(x, { taps: [tap] })[tap]!)
          const cos = tf.matMul(embedding as Tf.Tensor2D, directions)
          const loss = cosface(tf as never, cos, tf.cast(own, 'float32'), MARGIN)
          return tf.mul(loss, some.length / rows.length)
        }, variables)
        return variables.map((v, i) => (previous ? tf.add(previous[i]!, grads[v.name]!) : grads[v.name]!))
      })
      tf.dispose(previous ?? [])
    }
    return (sums ?? []).reduce((total, g) => total + Math.sqrt(tf.sum(tf.square(g)).dataSync()[0]!), 0)
  })
}

/** Embeddings of unit length, in chunks. @param rows as of `gradientNorm` */
export function unitEmbeddings(tf: TensorFlow, network: TfNetwork, rows: readonly Float32Array[]): Float32Array[] {
  const tap = network.taps[0]!
  const out: Float32Array[] = []
  for (let first = 0; first < rows.length; first += CHUNK) {
    const some = rows.slice(first, first + CHUNK)
    const values = tf.tidy(() =>
      l2Normalise(tf as never, network.apply(inputOf(tf, some), { taps: [tap] })[tap]!).dataSync(),
    ) as Float32Array
    const length = values.length / some.length
    for (const k of some.keys()) out.push(values.slice(k * length, (k + 1) * length))
  }
  return out
}

/** The direction of each group's mean; groups may have one member. */
export function meanDirections(groups: readonly (readonly Float32Array[])[]): Float32Array[] {
  return groups.map((rows) => {
    const sum = rows[0]!.map((_, d) => rows.reduce((total, row) => total + row[d]!, 0))
    const length = Math.hypot(...sum)
    return sum.map((v) => v / length)
  })
}

function asMatrix(tf: TensorFlow, rows: readonly Float32Array[]): Tf.Tensor2D {
  const length = rows[0]!.length
  const all = new Float32Array(rows.length * length)
  for (const [i, row] of rows.entries()) all.set(row, i * length)
  return tf.tensor2d(all, [rows.length, length])
}

function inputOf(tf: TensorFlow, rows: readonly Float32Array[]): Tf.Tensor4D {
  const side = Math.sqrt(rows[0]!.length / 3)
  return tf.reshape(asMatrix(tf, rows), [rows.length, side, side, 3]) as Tf.Tensor4D
}
