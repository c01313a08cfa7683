// Residual distillation: the student follows the teacher, the assistant learns what the student still lacks.
import { squaredDistance, stopGradient, type Scalar, type Tensor, type TensorFlow } from './basics.ts'

export interface ResidualOptions {
  /** 'mean': each output's mean square, added up. 'sum': all squares added up. */
  readonly reduction?: 'mean' | 'sum'
}

/**
 * ‖f_T - f_S‖², added up over the outputs given; no gradient reaches the teacher.
 * @param teacher outputs of any shapes, e.g. last stage and embedding @param student the same shapes
 * @see Kong et al. 2019 (RIM), eq. 11
 */
export function residualStudent(
  tf: TensorFlow,
  teacher: readonly Tensor[],
  student: readonly Tensor[],
  { reduction = 'mean' }: ResidualOptions = {},
): Scalar {
  sameNumber(teacher, student)
  return tf.addN(teacher.map((t, k) => squaredDistance(tf, stopGradient(tf, t), student[k]!, reduction))) as Scalar
}

/**
 * ‖(f_T - f_S) - f_A‖², added up over the outputs given; a gradient reaches the assistant alone. What is used afterwards
 * is the sum f_S + f_A.
 * @param teacher, student, assistant outputs of the same shapes, one by one
 * @see Kong et al. 2019 (RIM), eq. 12
 */
export function residualAssistant(
  tf: TensorFlow,
  teacher: readonly Tensor[],
  student: readonly Tensor[],
  assistant: readonly Tensor[],
  { reduction = 'mean' }: ResidualOptions = {},
): Scalar {
  sameNumber(teacher, student)
  sameNumber(teacher, assistant)
  const terms = teacher.map((t, k) =>
    squaredDistance(tf, stopGradient(tf, tf.sub(t, student[k]!)), assistant[k]!, reduction),
  )
  return tf.addN(terms) as Scalar
}

function sameNumber(a: readonly Tensor[], b: readonly Tensor[]): void {
  if (a.length === 0 || a.length !== b.length)
    throw new Error('residual distillation: teacher, student and assistant differ in the number of outputs')
}
