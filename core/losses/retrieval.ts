// Finding a face again: its shrunk copy must lie nearer to its own sharp embedding than to everybody else's.
import type * as Tf from '@tensorflow/tfjs-core'
import { l2Normalise } from './basics.ts'

/**
 * InfoNCE (van den Oord et al., 2018, eq. 4) against a whole bank of fixed embeddings instead of a batch:
 * mean over B of -log softmax(cos(x, bank) / T) at the face itself. Other faces of the same person are no negatives.
 * @param x [B, D] @param bank [D, N], unit columns @param own [B, N], one-hot @param same [B, N], 1 at other faces of the same person
 */
export function retrieval(
  tf: typeof Tf,
  x: Tf.Tensor,
  bank: Tf.Tensor,
  own: Tf.Tensor,
  same: Tf.Tensor,
  { T }: { T: number },
): Tf.Scalar {
  const cos = tf.matMul(l2Normalise(tf, x) as Tf.Tensor2D, bank as Tf.Tensor2D)
  const logits = tf.sub(tf.div(cos, T), tf.mul(same, 1e4))
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), own), -1)))
}
