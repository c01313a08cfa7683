// Batch normalisation by TensorFlow's fused kernels: one pass where tf.moments and tf.batchNorm take eight.
import type * as Tf from '@tensorflow/tfjs'
import type { BatchNormalise } from '../../nets/tensorflowOps.ts'
import { addKernel } from './addedKernel.ts'
import { opRunner } from './tensorflowOp.ts'

interface Attributes {
  epsilon: number
}

/**
 * Mean and variance are for the running statistics: no gradient flows back through them.
 * @param tf a module whose 'tensorflow' backend is active
 */
export function fusedBatchNorm(tf: typeof Tf): BatchNormalise {
  const op = opRunner(tf)
  const attributes = ({ epsilon }: Attributes) => ({ epsilon, data_format: 'NHWC', is_training: true })
  const run = addKernel<Attributes>(tf, {
    name: 'VestigeBatchNorm',
    backend: 'tensorflow',
    forward({ x, gain, offset }, a) {
      const none = tf.tensor1d([])
      // y, mean, variance with Bessel's correction, and three that only the gradient understands
      const outputs = op('FusedBatchNormV3', [x!, gain!, offset!, none, none], attributes(a), 6)
      none.dispose()
      return outputs
    },
    saves: { inputs: ['x', 'gain'], outputs: [false, false, false, true, true, true] },
    backward(dy, saved, a) {
      // One kernel gives all three; they belong to the tidy of the whole backward pass.
      const [x, gain, offset] = op('FusedBatchNormGradV3', [dy, ...saved], attributes(a), 5) as [
        Tf.Tensor,
        Tf.Tensor,
        Tf.Tensor,
      ]
      return { x: () => x, gain: () => gain, offset: () => offset }
    },
  })
  return (x, gain, offset, epsilon) => {
    const n = x.size / gain.size
    const map = x.rank === 4 ? x : tf.reshape(x, [n, 1, 1, gain.size])
    const [y, mean, variance] = run({ x: map, gain, offset }, { epsilon }) as [Tf.Tensor, Tf.Tensor, Tf.Tensor]
    return { y: x.rank === 4 ? y : tf.reshape(y, x.shape), mean, variance: tf.mul(variance, (n - 1) / n) }
  }
}
