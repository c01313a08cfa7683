// Class heads: one learned direction per identity, compared with an embedding by cosine or multiplied with it.
import type * as Tf from '@tensorflow/tfjs-core'
import { l2Normalise } from '../losses/basics.ts'
import { arcfaceLogits, cosfaceLogits } from '../losses/marginSoftmax.ts'
import { random } from '../images/random.ts'
import type { HeadSpec } from './recipe.ts'

export interface Head {
  readonly spec: HeadSpec
  readonly classes: number
  /** [embedding, classes] */
  readonly weight: Tf.Variable
  /** @param embedding [B, D] @param oneHot [B, C] @param logits with or without the margin on the true class; both scaled */
  apply(embedding: Tf.Tensor, oneHot: Tf.Tensor, logits: 'margin' | 'plain'): Tf.Tensor
  dispose(): void
}

/** Xavier-uniform directions from a seed. */
export function createHead(tf: typeof Tf, spec: HeadSpec, classes: number, seed: number): Head {
  const draw = random(seed, classes, spec.embedding)
  const bound = Math.sqrt(6 / (spec.embedding + classes))
  const initial = tf.tensor2d(
    Float32Array.from({ length: spec.embedding * classes }, () => draw.uniform(-bound, bound)),
    [spec.embedding, classes],
  )
  const weight = tf.variable(initial)
  initial.dispose()
  return {
    spec,
    classes,
    weight,
    apply(embedding, oneHot, logits) {
      if (spec.margin === 'linear') return tf.matMul(embedding as Tf.Tensor2D, weight as Tf.Variable<Tf.Rank.R2>)
      const directions = tf.transpose(l2Normalise(tf, tf.transpose(weight)))
      const cos = tf.matMul(l2Normalise(tf, embedding) as Tf.Tensor2D, directions as Tf.Tensor2D)
      if (logits === 'plain' || spec.margin === 'none') return tf.mul(cos, spec.s)
      return (spec.margin === 'arcface' ? arcfaceLogits : cosfaceLogits)(tf, cos, oneHot, spec)
    },
    dispose: () => weight.dispose(),
  }
}
