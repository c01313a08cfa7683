// Margin softmax losses for identity classification.
import { stopGradient, type Scalar, type Tensor, type TensorFlow } from './basics.ts'

export interface MarginOptions {
  /** Scale s of the logits. */
  readonly s: number
  /** Margin m: an angle in radians for ArcFace, a cosine for CosFace. */
  readonly m: number
}

/** Cosines are kept this far from ±1 in float32, so that no square root meets a negative number. */
const EDGE = 1e-6

/**
 * Logits of ArcFace: s·cos(θ + m) for the true class, s·cosθ for the others. Where θ + m would pass π the branch
 * c - m·sin(π - m) keeps the function monotone. No arc cosine is differentiated.
 * @param cos [B, C], in [-1, 1] @param oneHot [B, C]
 * @see Deng et al., ArcFace, CVPR 2019, eq. 3
 */
export function arcfaceLogits(tf: TensorFlow, cos: Tensor, oneHot: Tensor, { s, m }: MarginOptions): Tensor {
  const c = tf.clipByValue(cos, -1 + EDGE, 1 - EDGE)
  const sine = tf.sqrt(tf.sub(1, tf.square(c)))
  const turned = tf.sub(tf.mul(c, Math.cos(m)), tf.mul(sine, Math.sin(m)))
  const beyond = tf.sub(c, m * Math.sin(Math.PI - m))
  const near = stopGradient(tf, tf.cast(tf.greaterEqual(stopGradient(tf, c), Math.cos(Math.PI - m)), 'float32'))
  const phi = tf.add(tf.mul(near, turned), tf.mul(tf.sub(1, near), beyond))
  return tf.mul(tf.add(tf.mul(oneHot, phi), tf.mul(tf.sub(1, oneHot), c)), s)
}

/**
 * Logits of CosFace: s·(cosθ - m) for the true class, s·cosθ for the others.
 * @param cos [B, C] @param oneHot [B, C]
 * @see Wang et al., CosFace, CVPR 2018, eq. 4
 */
export const cosfaceLogits = (tf: TensorFlow, cos: Tensor, oneHot: Tensor, { s, m }: MarginOptions): Tensor =>
  tf.mul(tf.sub(cos, tf.mul(oneHot, m)), s)

/** Mean cross-entropy of logits [B, C] against one-hot labels [B, C], through log-softmax. */
export const crossEntropy = (tf: TensorFlow, logits: Tensor, oneHot: Tensor): Scalar =>
  tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), -1))) as Scalar

export const arcface = (tf: TensorFlow, cos: Tensor, oneHot: Tensor, options: MarginOptions): Scalar =>
  crossEntropy(tf, arcfaceLogits(tf, cos, oneHot, options), oneHot)
export const cosface = (tf: TensorFlow, cos: Tensor, oneHot: Tensor, options: MarginOptions): Scalar =>
  crossEntropy(tf, cosfaceLogits(tf, cos, oneHot, options), oneHot)
