// Relational contrast: how a face differs from another one, as the teacher sees it, is found again with the student's.
import type { Random } from '../images/random.ts'
import { stopGradient, type Scalar, type Tensor, type TensorFlow } from './basics.ts'

export interface CriticOptions {
  /** Temperature. */
  readonly tau: number
  /** Negatives over all pairs of a batch; 0.5 where there are as many of both. */
  readonly nOverM: number
}

/**
 * -log q of the positives and -log(1 - q) of the negatives, with q(u) = exp(u/tau) / (exp(u/tau) + n/m), summed and
 * divided by the number of anchors. Written as binary cross-entropy with the logit u/tau - ln(n/m): nothing overflows.
 * @param positive u of positive pairs, [B], -1..1 @param negative u of negative pairs, [B]
 * @param counted 1 where a negative counts, 0 where it does not, [B]; default all
 * @see Zhang et al. 2024 (GDRD), eq. 2
 */
export function relationalCritic(
  tf: TensorFlow,
  positive: Tensor,
  negative: Tensor,
  { tau, nOverM }: CriticOptions,
  counted?: Tensor,
): Scalar {
  const logit = (u: Tensor): Tensor => tf.sub(tf.div(u, tau), Math.log(nOverM))
  const refused = tf.softplus(logit(negative))
  const sums = tf.add(
    tf.sum(tf.softplus(tf.neg(logit(positive)))),
    tf.sum(counted ? tf.mul(refused, counted) : refused),
  )
  return tf.div(sums, positive.size) as Scalar
}

/** Who is compared with whom; positions in the batch. */
export interface Pairing {
  /** The partner of each anchor, of whom the positive pair is made. */
  readonly partner: readonly number[]
  /** Anchor and partner of the second relation of each negative pair. */
  readonly negative: { readonly anchor: readonly number[]; readonly partner: readonly number[] }
}

/**
 * Partners by a random permutation without fixed points (one cycle: Sattolo 1986).
 * @param count faces of the batch @param kind shifted: the negative is the relation of another anchor, all of them moved
 *   on by one random distance; sameAnchor: that of the same anchor with another partner
 * @throws Error for fewer faces than that takes: 2, or 3
 */
export function drawPairing(count: number, draw: Random, kind: 'shifted' | 'sameAnchor' = 'shifted'): Pairing {
  if (count < (kind === 'shifted' ? 2 : 3)) throw new Error(`relations cannot be drawn among ${count} faces`)
  const partner = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = draw.below(i)
    const kept = partner[i]!
    partner[i] = partner[j]!
    partner[j] = kept
  }
  const offset = kind === 'shifted' ? 1 + draw.below(count - 1) : 0
  const anchor = partner.map((_, i) => (i + offset) % count)
  const negative =
    kind === 'shifted'
      ? { anchor, partner: anchor.map((k) => partner[k]!) }
      : { anchor, partner: partner.map((p) => partner[p]!) }
  return { partner, negative }
}

/** Differences [B, D] to relations of unit length [B, R]. */
export type Relation = (difference: Tensor) => Tensor

export interface RelationalOptions extends CriticOptions {
  readonly pairing: Pairing
  /** People of the batch, [B]: a negative whose partner is the anchor's partner again, as a person, is left out. */
  readonly people?: Tensor
}

/**
 * Positive: the teacher's relation of i and its partner, and the teacher's i with the student's partner. Negative: the
 * former with the latter of other faces. Embeddings are taken as they are: of unit length, as a rule. No gradient
 * reaches the teacher's.
 * @param teacher [B, D] @param student [B, D] @param relations of two teacher's embeddings, and of a teacher's with a
 *   student's
 */
export function relationalContrast(
  tf: TensorFlow,
  teacher: Tensor,
  student: Tensor,
  relations: { readonly teacher: Relation; readonly mixed: Relation },
  { pairing, people, ...critic }: RelationalOptions,
): Scalar {
  const t = stopGradient(tf, teacher)
  const { partner, negative } = pairing
  const ofTeacher = relations.teacher(tf.sub(t, rowsOf(tf, t, partner)))
  const mixed = relations.mixed(tf.sub(t, rowsOf(tf, student, partner)))
  const other = negative.partner.every((p, i) => p === partner[negative.anchor[i]!])
    ? rowsOf(tf, mixed, negative.anchor)
    : relations.mixed(tf.sub(rowsOf(tf, t, negative.anchor), rowsOf(tf, student, negative.partner)))
  const similarity = (a: Tensor, b: Tensor): Tensor => tf.sum(tf.mul(a, b), -1)
  return relationalCritic(
    tf,
    similarity(ofTeacher, mixed),
    similarity(ofTeacher, other),
    critic,
    people && differing(tf, people, partner, negative.partner),
  )
}

/** Some rows in their order; a product with ones and zeros, which has a gradient on every backend. */
const rowsOf = (tf: TensorFlow, x: Tensor, order: readonly number[]): Tensor =>
  tf.matMul(tf.cast(tf.oneHot(tf.tensor1d([...order], 'int32'), x.shape[0]!), 'float32'), x as never)

/** 1 where two partners are two people. */
function differing(tf: TensorFlow, people: Tensor, a: readonly number[], b: readonly number[]): Tensor {
  const column = tf.reshape(tf.cast(people, 'float32'), [-1, 1])
  const same = tf.equal(rowsOf(tf, column, a), rowsOf(tf, column, b))
  return tf.reshape(tf.sub(1, tf.cast(same, 'float32')), [-1])
}
