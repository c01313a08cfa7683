// Enlarging by a whole factor with the right gradient: TensorFlow.js's own is wrong for both kinds of resizing.
import type * as Tf from '@tensorflow/tfjs'

type Mode = 'nearest' | 'bilinear'

/**
 * [B, H, W, C] → [B, H factor, W factor, C]. TensorFlow.js 4.22 ignores half-pixel centres in the gradient of
 * resizeBilinear, and its cpu backend mixes images and channels in that of resizeNearestNeighbor.
 */
export function upsample(tf: typeof Tf, x: Tf.Tensor4D, factor: number, mode: Mode): Tf.Tensor4D {
  const [, height, width] = x.shape
  const size: [number, number] = [height * factor, width * factor]
  const op = tf.customGrad((input) => {
    const image = input as Tf.Tensor4D
    const value =
      mode === 'nearest'
        ? tf.image.resizeNearestNeighbor(image, size)
        : tf.image.resizeBilinear(image, size, false, true)
    const gradFunc = (dy: Tf.Tensor): Tf.Tensor =>
      mode === 'nearest'
        ? tf.mul(tf.avgPool(dy as Tf.Tensor4D, factor, factor, 'valid'), factor * factor)
        : tf.tidy(() => across(tf, width, factor, down(tf, height, factor, dy as Tf.Tensor4D)))
    return { value, gradFunc }
  })
  return op(x) as Tf.Tensor4D
}

/** The transposed matrix of an axis, [n, n factor]: what each enlarged place took from each of the n. */
function transposed(tf: typeof Tf, n: number, factor: number): Tf.Tensor2D {
  const matrix = new Float32Array(n * n * factor)
  for (let o = 0; o < n * factor; o++) {
    const centre = Math.min(n - 1, Math.max(0, (o + 0.5) / factor - 0.5))
    const left = Math.floor(centre)
    const right = Math.min(n - 1, left + 1)
    matrix[left * n * factor + o]! += 1 - (centre - left)
    matrix[right * n * factor + o]! += centre - left
  }
  return tf.tensor2d(matrix, [n, n * factor])
}

function down(tf: typeof Tf, n: number, factor: number, dy: Tf.Tensor4D): Tf.Tensor4D {
  const [batch, high, width, channels] = dy.shape
  const columns = tf.reshape(tf.transpose(dy, [1, 0, 2, 3]), [high, batch * width * channels]) as Tf.Tensor2D
  const summed = tf.matMul(transposed(tf, n, factor), columns)
  return tf.transpose(tf.reshape(summed, [n, batch, width, channels]) as Tf.Tensor4D, [1, 0, 2, 3])
}

const across = (tf: typeof Tf, n: number, factor: number, dy: Tf.Tensor4D): Tf.Tensor4D =>
  tf.transpose(down(tf, n, factor, tf.transpose(dy, [0, 2, 1, 3])), [0, 2, 1, 3])
