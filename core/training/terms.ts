// The loss terms that a recipe may name, and which of their arguments are taps.
import type * as Tf from '@tensorflow/tfjs-core'
import { cosineRegression, similarityPreserving, softTarget, waveletSimilarity } from '../losses/distillation.ts'
import { meanSquare } from '../losses/basics.ts'
import { heatmapDistance, logError, parsingCrossEntropy } from '../losses/hallucination.ts'
import { logExp, lpDistance } from '../losses/logExp.ts'
import { discrepancy } from '../losses/mkmmd.ts'
import { residualAssistant, residualStudent } from '../losses/residual.ts'
import { retrieval } from '../losses/retrieval.ts'
import { crossEntropy } from '../losses/marginSoftmax.ts'
import type { LossTerm } from './recipe.ts'
import { parseTapPath, type TapPath } from './taps.ts'

type TensorFlow = typeof Tf
export interface TermInputs {
  readonly tf: TensorFlow
  /** One-hot labels [B, C]; made only where a term or head asks for them. */
  readonly oneHot: () => Tf.Tensor
  /** Tensors of the argument's tap paths, in their order. */
  readonly taps: (argument: string) => Tf.Tensor[]
  /** A number option, or its default. */
  readonly number: (argument: string, otherwise: number) => number
  readonly word: (argument: string, otherwise: string) => string
  /** The named bank and where the batch's faces and their people stand in it. */
  readonly bank: (name: string) => BankView
}
export interface BankView {
  /** [D, N], unit columns. */
  readonly directions: Tf.Tensor
  /** [B, N]: 1 at the face itself; 1 at other faces of the same person. */
  readonly own: Tf.Tensor
  readonly same: Tf.Tensor
}
interface TermKind {
  readonly taps: readonly string[]
  readonly options: readonly string[]
  readonly evaluate: (inputs: TermInputs) => Tf.Scalar
}
const one = (inputs: TermInputs, argument: string): Tf.Tensor => inputs.taps(argument)[0]!
const power = (inputs: TermInputs): 1 | 2 => (inputs.number('p', 1) === 2 ? 2 : 1)

const KINDS: Readonly<Record<string, TermKind>> = {
  classification: { taps: ['logits'], options: [], evaluate: (i) => crossEntropy(i.tf, one(i, 'logits'), i.oneHot()) },
  softTarget: {
    taps: ['student', 'teacher'],
    options: ['T'],
    evaluate: (i) => softTarget(i.tf, one(i, 'student'), one(i, 'teacher'), { T: i.number('T', 4) }),
  },
  waveletSimilarity: {
    taps: ['student', 'teacher'],
    options: ['reduction'],
    evaluate: (i) =>
      waveletSimilarity(i.tf, i.taps('student'), i.taps('teacher'), {
        reduction: i.word('reduction', 'mean') === 'sum' ? 'sum' : 'mean',
      }),
  },
  logExp: {
    taps: ['x', 'y'],
    options: ['p', 'normalise'],
    evaluate: (i) =>
      logExp(i.tf, one(i, 'x'), one(i, 'y'), {
        p: power(i),
        normalise: i.word('normalise', 'paper') === 'code' ? 'code' : 'paper',
      }),
  },
  lpDistance: {
    taps: ['x', 'y'],
    options: ['p'],
    evaluate: (i) => lpDistance(i.tf, one(i, 'x'), one(i, 'y'), { p: power(i) }),
  },
  cosine: {
    taps: ['student', 'teacher'],
    options: [],
    evaluate: (i) => cosineRegression(i.tf, one(i, 'student'), one(i, 'teacher')),
  },
  similarity: {
    taps: ['student', 'teacher'],
    options: [],
    evaluate: (i) => similarityPreserving(i.tf, one(i, 'student'), one(i, 'teacher')),
  },
  retrieval: {
    taps: ['student'],
    options: ['bank', 'T'],
    evaluate(i) {
      const { directions, own, same } = i.bank(i.word('bank', ''))
      return retrieval(i.tf, one(i, 'student'), directions, own, same, { T: i.number('T', 0.1) })
    },
  },
  meanSquare: { taps: ['x', 'y'], options: [], evaluate: (i) => meanSquare(i.tf, one(i, 'x'), one(i, 'y')) },
  logError: { taps: ['x', 'y'], options: [], evaluate: (i) => logError(i.tf, one(i, 'x'), one(i, 'y')) },
  heatmaps: {
    taps: ['predicted', 'target'],
    options: ['variant'],
    evaluate(i) {
      const target = one(i, 'target')
      const present = i.tf.cast(i.tf.greater(i.tf.max(target, [1, 2, 3]), 0), 'float32')
      const variant = i.word('variant', 'perChannel')
      if (variant !== 'perChannel' && variant !== 'paper' && variant !== 'summed')
        throw new Error(`heatmaps are compared perChannel, paper or summed, not "${variant}"`)
      return heatmapDistance(i.tf, one(i, 'predicted'), target, { variant }, present)
    },
  },
  parsing: {
    taps: ['logits', 'labels'],
    options: [],
    evaluate: (i) => parsingCrossEntropy(i.tf, one(i, 'logits'), one(i, 'labels')),
  },
  discrepancy: {
    taps: ['embeddings'],
    options: [],
    /** Of the two halves of one batch: `critic(a + b).embedding`. */
    evaluate(i) {
      const [x, y] = i.tf.split(one(i, 'embeddings'), 2)
      return discrepancy(i.tf, x!, y!)
    },
  },
  residualStudent: {
    taps: ['teacher', 'student'],
    options: [],
    evaluate: (i) => residualStudent(i.tf, i.taps('teacher'), i.taps('student')),
  },
  residualAssistant: {
    taps: ['teacher', 'student', 'assistant'],
    options: [],
    evaluate: (i) => residualAssistant(i.tf, i.taps('teacher'), i.taps('student'), i.taps('assistant')),
  },
}

export interface Term {
  readonly id: string
  readonly weight: number
  readonly paths: ReadonlyMap<string, readonly TapPath[]>
  readonly spec: LossTerm
  readonly kind: TermKind
}

/** Checks a term once, before training starts. @throws Error naming the term, the argument and the allowed ones */
export function compileTerm(spec: LossTerm): Term {
  const kind = Object.hasOwn(KINDS, spec.fn) ? KINDS[spec.fn] : undefined
  if (!kind)
    throw new Error(`loss term "${spec.id}": there is no loss "${spec.fn}"; there are ${Object.keys(KINDS).join(', ')}`)
  for (const argument of Object.keys(spec.args))
    if (!kind.taps.includes(argument) && !kind.options.includes(argument))
      throw new Error(
        `loss term "${spec.id}": ${spec.fn} takes ${[...kind.taps, ...kind.options].join(', ')}, not "${argument}"`,
      )
  const paths = new Map(
    kind.taps.map((argument) => {
      const given = spec.args[argument]
      if (given === undefined || typeof given === 'number')
        throw new Error(`loss term "${spec.id}": ${spec.fn} needs a tap path for "${argument}"`)
      return [argument, (typeof given === 'string' ? [given] : given).map(parseTapPath)]
    }),
  )
  return { id: spec.id, weight: spec.weight, paths, spec, kind }
}

/** The unweighted value of a term. @param tensor the tensor of a tap path */
export function evaluateTerm(
  tf: TensorFlow,
  term: Term,
  tensor: (path: TapPath) => Tf.Tensor,
  oneHot: () => Tf.Tensor,
  bank: (name: string) => BankView,
): Tf.Scalar {
  const { args } = term.spec
  return term.kind.evaluate({
    tf,
    oneHot,
    bank,
    taps: (argument) => (term.paths.get(argument) ?? []).map(tensor),
    number: (argument, otherwise) => (typeof args[argument] === 'number' ? args[argument] : otherwise),
    word: (argument, otherwise) => (typeof args[argument] === 'string' ? args[argument] : otherwise),
  })
}
