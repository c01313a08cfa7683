// What a student learns from a teacher: its logits, its low frequencies, its embedding.
import { l2Normalise, meanSquare, stopGradient, type Scalar, type Tensor, type TensorFlow } from './basics.ts'

/**
 * T²·KL(teacher ‖ student) of softened class probabilities, mean over the batch; no gradient reaches the teacher.
 * @param student logits [B, C] @param teacher logits [B, C]
 * @see Hinton et al., Distilling the Knowledge in a Neural Network, 2015
 */
export function softTarget(tf: TensorFlow, student: Tensor, teacher: Tensor, { T }: { readonly T: number }): Scalar {
  const target = stopGradient(tf, teacher)
  const logTeacher = tf.logSoftmax(tf.div(target, T))
  const logStudent = tf.logSoftmax(tf.div(student, T))
  const divergence = tf.sum(tf.mul(tf.exp(logTeacher), tf.sub(logTeacher, logStudent)), -1)
  return tf.mul(tf.mean(divergence), T * T) as Scalar
}

/** Haar low band, stride 2: half the sum of each 2x2 block = 2·average. [B, H, W, C] → [B, H/2, W/2, C] */
export const haarLowBand = (tf: TensorFlow, x: Tensor): Tensor => tf.mul(tf.avgPool(x as never, 2, 2, 'valid'), 2)

/**
 * Distance of the low bands of stage outputs, summed over the stages; `mean` divides each by its number of elements.
 * @param student stage outputs [B, H, W, C] each @param teacher the same shapes, no gradient
 * @see Lu & Ebrahimi, VCIP 2023 (WaveResNet), wavelet similarity loss
 */
export function waveletSimilarity(
  tf: TensorFlow,
  student: readonly Tensor[],
  teacher: readonly Tensor[],
  { reduction = 'mean' }: { readonly reduction?: 'mean' | 'sum' } = {},
): Scalar {
  const terms = student.map((s, k) => {
    const t = teacher[k]
    if (!t) throw new Error('waveletSimilarity: student and teacher differ in the number of stages')
    const squared = tf.square(tf.sub(haarLowBand(tf, stopGradient(tf, t)), haarLowBand(tf, s)))
    return reduction === 'mean' ? tf.mean(squared) : tf.sum(squared)
  })
  return tf.addN(terms) as Scalar
}

/**
 * 1 - cosine of student and teacher embeddings [B, D], mean over the batch, optionally weighted per sample [B].
 * The student need not be normalised; no gradient reaches the teacher.
 */
export function cosineRegression(tf: TensorFlow, student: Tensor, teacher: Tensor, weights?: Tensor): Scalar {
  const cos = tf.sum(tf.mul(l2Normalise(tf, student), l2Normalise(tf, stopGradient(tf, teacher))), -1)
  const loss = tf.sub(1, cos)
  return (weights ? tf.div(tf.sum(tf.mul(loss, weights)), tf.maximum(tf.sum(weights), 1e-12)) : tf.mean(loss)) as Scalar
}

/**
 * Mean squared difference between the similarity matrices of a batch: the student keeps who resembles whom.
 * @param student [B, D] @param teacher [B, D'], no gradient; D and D' may differ
 * @see Tung & Mori, Similarity-Preserving Knowledge Distillation, ICCV 2019 (with cosine similarities)
 */
export function similarityPreserving(tf: TensorFlow, student: Tensor, teacher: Tensor): Scalar {
  const gram = (x: Tensor): Tensor => {
    const unit = l2Normalise(tf, x)
    return tf.matMul(unit, unit, false, true)
  }
  return meanSquare(tf, gram(student), gram(stopGradient(tf, teacher)))
}
