// Small tensor functions that every loss needs and that TensorFlow.js lacks or gets wrong at a kink.
import type * as TfCore from '@tensorflow/tfjs-core'

export type TensorFlow = typeof TfCore
export type Tensor = TfCore.Tensor
export type Scalar = TfCore.Scalar

/** The same values, with no gradient flowing back (TensorFlow.js has no such operation). Any shape. */
export function stopGradient<T extends Tensor>(tf: TensorFlow, x: T): T {
  const op = tf.customGrad((value) => ({
    value: (value as Tensor).clone(),
    gradFunc: (dy) => tf.zerosLike(dy as Tensor),
  }))
  return op(x) as T
}

/** |x| with sub-gradient 0 at 0, as PyTorch has it; tf.abs has -1 there. Any shape. */
export const absolute = <T extends Tensor>(tf: TensorFlow, x: T): T => tf.mul(x, stopGradient(tf, tf.sign(x)))

/** Rows of unit length, [..., D]; a zero row stays zero and its gradient finite: x / sqrt(max(sum x^2, 1e-12)). */
export function l2Normalise<T extends Tensor>(tf: TensorFlow, x: T): T {
  const squared = tf.sum(tf.square(x), -1, true)
  return tf.div(x, tf.sqrt(tf.maximum(squared, 1e-12)))
}

/** Squared distance of two tensors of one shape: mean over all elements, batch included, or their sum. */
export const squaredDistance = (tf: TensorFlow, x: Tensor, y: Tensor, reduction: 'mean' | 'sum'): Scalar =>
  reduction === 'mean' ? meanSquare(tf, x, y) : (tf.sum(tf.square(tf.sub(x, y))) as Scalar)

/** Mean over every element, batch included. */
export const meanSquare = (tf: TensorFlow, x: Tensor, y: Tensor): Scalar => tf.mean(tf.square(tf.sub(x, y))) as Scalar
