// How far a hallucinated face and its priors are from the true ones: pixels, landmark heatmaps, parsing maps.
import { squaredDistance, type Scalar, type Tensor, type TensorFlow } from './basics.ts'

/**
 * Squared distance of two images (or any two tensors of one shape): their mean over all elements, or their sum.
 * @see Kong et al. 2019 (RIM), the pixel loss, there as a sum
 */
export const pixel = (
  tf: TensorFlow,
  x: Tensor,
  y: Tensor,
  { reduction = 'mean' }: { readonly reduction?: 'mean' | 'sum' } = {},
): Scalar => squaredDistance(tf, x, y, reduction)

/**
 * Mean over the faces of ln(mean square error): a tenfold error costs 2.3 whether the face was easy or hard, so small
 * and large sizes in one batch count alike; its negative is PSNR but for a factor and a constant (1 is 4.34 dB).
 * @param x, y [B, ...] of one shape @param floor added to the error, in squared units of the pixels; 1e-5 of [-1, 1] is 56 dB
 */
export function logError(tf: TensorFlow, x: Tensor, y: Tensor, { floor = 1e-5 } = {}): Scalar {
  const faces = x.shape[0]!
  const squared = tf.reshape(tf.squaredDifference(x, y), [faces, x.size / faces])
  return tf.mean(tf.log(tf.add(tf.mean(squared, 1), floor))) as Scalar
}

export interface HeatmapOptions {
  /**
   * 'perChannel': mean over everything. 'paper': its sum, divided by the number of landmarks alone. 'summed': heatmaps
   * added up before they are compared, mean over what is left, as in the authors' released program.
   */
  readonly variant?: 'perChannel' | 'paper' | 'summed'
}

/**
 * Squared distance of landmark heatmaps.
 * @param predicted [B, H, W, N] @param target the same shape; zeros where a point is missing
 * @param present [B]: 1 for faces that have landmarks, 0 for those that count for nothing; default: all have
 * @see Kong et al. 2019 (RIM), the landmark loss: (1/N) Σ_n Σ_ij (Ĥ_n - H_n)²
 */
export function heatmapDistance(
  tf: TensorFlow,
  predicted: Tensor,
  target: Tensor,
  { variant = 'perChannel' }: HeatmapOptions = {},
  present?: Tensor,
): Scalar {
  const [batch = 1, height = 1, width = 1, points = 1] = predicted.shape
  const apart = tf.sub(predicted, target)
  const squared = tf.square(variant === 'summed' ? tf.sum(apart, 3) : apart)
  const perFace = tf.sum(tf.reshape(squared, [batch, squared.size / batch]), 1)
  const total = tf.sum(present ? tf.mul(perFace, present) : perFace)
  if (variant === 'paper') return tf.div(total, points) as Scalar
  const cells = height * width * (variant === 'summed' ? 1 : points)
  const faces = present ? tf.maximum(tf.sum(present), 1e-12) : tf.scalar(batch)
  return tf.div(total, tf.mul(faces, cells)) as Scalar
}

export interface ParsingOptions {
  /** Label of pixels that contribute nothing. Default 255. */
  readonly ignore?: number
  /** Divides by the number of classes once more, as the paper prints it. Default false. */
  readonly divideByC?: boolean
}

/**
 * Cross-entropy of a softmax per pixel, mean over the pixels that count; 0 where none does.
 * @param logits [..., C] @param labels [...], whole numbers; what is no class from 0 to C - 1 counts for nothing
 * @see Kong et al. 2019 (RIM), the parsing loss
 */
export function parsingCrossEntropy(
  tf: TensorFlow,
  logits: Tensor,
  labels: Tensor,
  { ignore = 255, divideByC = false }: ParsingOptions = {},
): Scalar {
  const classes = logits.shape.at(-1)!
  const flat = tf.cast(tf.reshape(labels, [labels.size]), 'int32')
  const counts = tf.cast(tf.notEqual(flat, tf.scalar(ignore, 'int32')), 'float32')
  const chosen = tf.mul(tf.cast(tf.oneHot(flat as never, classes), 'float32'), tf.expandDims(counts, 1))
  const logs = tf.logSoftmax(tf.reshape(logits, [labels.size, classes]))
  const loss = tf.neg(tf.div(tf.sum(tf.mul(chosen, logs)), tf.maximum(tf.sum(chosen), 1)))
  return (divideByC ? tf.div(loss, classes) : loss) as Scalar
}
