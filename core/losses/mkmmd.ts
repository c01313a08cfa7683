// How far apart two clouds of embeddings are: the maximum mean discrepancy with several kernels.
import { stopGradient, type Scalar, type Tensor, type TensorFlow } from './basics.ts'

export interface DiscrepancyOptions {
  /** Gaussian kernels; their widths are b·mul^(i - middle). Defaults 5 and 2: b/4, b/2, b, 2b, 4b. */
  readonly kernels?: number
  readonly mul?: number
  /** V-statistic, diagonals included: never negative. The unbiased one leaves them out. Default true. */
  readonly biased?: boolean
  /** b; default: the mean squared distance of two different vectors, with no gradient. */
  readonly bandwidth?: number
}

/**
 * Mean of k(x, x') + mean of k(y, y') - 2 mean of k(x, y), where k is the mean of the kernels; biased, it lies in [0, 2].
 * With b from the data it does not change when all vectors are multiplied by one number: a critic gains nothing by
 * making its answers larger. 0 where all vectors are one.
 * @param x [n1, D] @param y [n2, D]; both receive gradients; the unbiased form needs two rows of each
 * @see Long et al., Deep Adaptation Networks, ICML 2015; Kong et al. 2019 (RIM), eq. 8
 */
export function discrepancy(
  tf: TensorFlow,
  x: Tensor,
  y: Tensor,
  { kernels = 5, mul = 2, biased = true, bandwidth }: DiscrepancyOptions = {},
): Scalar {
  const [n1, n2] = [x.shape[0]!, y.shape[0]!]
  const n = n1 + n2
  const both = tf.concat([x, y] as never, 0) as Tensor
  // Distances do not change, but what is subtracted below becomes smaller.
  const z = tf.sub(both, stopGradient(tf, tf.mean(both, 0, true)))
  const norms = tf.sum(tf.square(z), 1, true)
  const products = tf.matMul(z as never, z as never, false, true) as Tensor
  const distances = tf.relu(tf.sub(tf.add(norms, tf.transpose(norms)), tf.mul(products, 2)))
  const b =
    bandwidth === undefined ? stopGradient(tf, tf.div(tf.sum(distances), Math.max(1, n * n - n))) : tf.scalar(bandwidth)
  const middle = Math.floor(kernels / 2)
  const terms = Array.from({ length: kernels }, (_, i) =>
    tf.exp(tf.neg(tf.div(distances, tf.mul(tf.maximum(b, 1e-12), mul ** (i - middle))))),
  )
  const k = tf.div(tf.addN(terms), kernels)
  const mean = (from: number, to: number, side: number): Tensor => {
    const sum = tf.sum(tf.slice(k as never, [from, from], [to - from, to - from]))
    // k(u, u) = 1
    return biased ? tf.div(sum, side * side) : tf.div(tf.sub(sum, side), side * (side - 1))
  }
  const across = tf.mean(tf.slice(k as never, [0, n1], [n1, n2]))
  const loss = tf.sub(tf.add(mean(0, n1, n1), mean(n1, n, n2)), tf.mul(across, 2))
  const spread = tf.greaterEqual(b, 1e-12)
  return tf.where(spread, loss, tf.zerosLike(loss)) as Scalar
}
