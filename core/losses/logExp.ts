// Distances between the embeddings of an HR face and its LR copy: LogExp and its relatives L1 and L2.
import { absolute, type Scalar, type Tensor, type TensorFlow } from './basics.ts'

export interface DistanceOptions {
  readonly p: 1 | 2
  /** 'paper': one logarithm per sample, divided by p·D. 'code': one over the whole batch, divided by p·B. */
  readonly normalise?: 'paper' | 'code'
}

const powered = (tf: TensorFlow, x: Tensor, y: Tensor, p: 1 | 2): Tensor => {
  const d = tf.sub(x, y)
  return p === 1 ? absolute(tf, d) : tf.square(d)
}

/**
 * LogExp: log(1 + Σ(exp(d_i^p) - 1)) / (p·D), mean over the batch. A large error in one dimension damps the gradient
 * of the others. Both inputs receive gradients. log1p and expm1 keep six digits where exp - 1 keeps one.
 * @param x [B, D] @param y [B, D]
 * @see Ling et al., AAAI-23 workshop (LRFR), LogExp loss; 'code' is the form of the authors' program
 */
export function logExp(tf: TensorFlow, x: Tensor, y: Tensor, { p, normalise = 'paper' }: DistanceOptions): Scalar {
  const [batch = 1, dimension = 1] = x.shape
  const raised = tf.expm1(powered(tf, x, y, p))
  if (normalise === 'code') return tf.div(tf.log1p(tf.sum(raised)), p * batch) as Scalar
  return tf.div(tf.mean(tf.log1p(tf.sum(raised, -1))), p * dimension) as Scalar
}

/** Σ d_i^p / (p·D), mean over the batch: L1 for p = 1, half the mean square for p = 2. x, y: [B, D]. */
export const lpDistance = (tf: TensorFlow, x: Tensor, y: Tensor, { p }: DistanceOptions): Scalar =>
  tf.div(tf.mean(tf.sum(powered(tf, x, y, p), -1)), p * (x.shape[1] ?? 1)) as Scalar
