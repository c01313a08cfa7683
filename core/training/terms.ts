// The loss terms that a recipe may name, and which of their arguments are taps.
import type * as Tf from '@tensorflow/tfjs-core'
import { cosineRegression, similarityPreserving, softTarget, waveletSimilarity } from '../losses/distillation.ts'
import type { Random } from '../images/random.ts'
import { l2Normalise, meanSquare } from '../losses/basics.ts'
import { heatmapDistance, logError, parsingCrossEntropy } from '../losses/hallucination.ts'
import { logExp, lpDistance } from '../losses/logExp.ts'
import { discrepancy } from '../losses/mkmmd.ts'
import { residualAssistant, residualStudent } from '../losses/residual.ts'
import { drawPairing, relationalContrast } from '../losses/relational.ts'
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
  /** Which person each face of the batch shows, [B]. */
  readonly people: () => Tf.Tensor
  /** One output of a network that the argument names and that the term asks itself. */
  readonly network: (argument: string, tap: string) => (x: Tf.Tensor) => Tf.Tensor
  /** Numbers of this step's and this term's own. */
  readonly draw: () => Random
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
  /** Arguments that name networks, with the output that is asked of them. */
  readonly networks?: Readonly<Record<string, string>>
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
  relational: {
    taps: ['student', 'teacher'],
    networks: { ofTeacher: 'unit', mixed: 'unit' },
    options: ['tau', 'nOverM', 'pairs', 'samePerson'],
    evaluate(i) {
      const [student, teacher] = [one(i, 'student'), one(i, 'teacher')].map((x) => l2Normalise(i.tf, x)) as [
        Tf.Tensor,
        Tf.Tensor,
      ]
      const pairs = i.word('pairs', 'shifted')
      if (pairs !== 'shifted' && pairs !== 'sameAnchor')
        throw new Error(`relations are drawn shifted or sameAnchor, not "${pairs}"`)
      const relations = { teacher: i.network('ofTeacher', 'unit'), mixed: i.network('mixed', 'unit') }
      return relationalContrast(i.tf, teacher, student, relations, {
        tau: i.number('tau', 0.4),
        nOverM: i.number('nOverM', 0.5),
        pairing: drawPairing(student.shape[0]!, i.draw(), pairs),
        ...(i.word('samePerson', 'masked') === 'masked' ? { people: i.people() } : {}),
      })
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
  /** Networks that the term asks itself, with the output that is asked of each. */
  readonly networks: readonly { readonly model: string; readonly tap: string }[]
  readonly spec: LossTerm
  readonly kind: TermKind
}

/** Checks a term once, before training starts. @throws Error naming the term, the argument and the allowed ones */
export function compileTerm(spec: LossTerm): Term {
  const kind = Object.hasOwn(KINDS, spec.fn) ? KINDS[spec.fn] : undefined
  if (!kind)
    throw new Error(`loss term "${spec.id}": there is no loss "${spec.fn}"; there are ${Object.keys(KINDS).join(', ')}`)
  const { networks = {} } = kind
  const allowed = [...kind.taps, ...Object.keys(networks), ...kind.options]
  for (const argument of Object.keys(spec.args))
    if (!allowed.includes(argument))
      throw new Error(`loss term "${spec.id}": ${spec.fn} takes ${allowed.join(', ')}, not "${argument}"`)
  const paths = new Map(
    kind.taps.map((argument) => {
      const given = spec.args[argument]
      if (given === undefined || typeof given === 'number')
        throw new Error(`loss term "${spec.id}": ${spec.fn} needs a tap path for "${argument}"`)
      return [argument, (typeof given === 'string' ? [given] : given).map(parseTapPath)]
    }),
  )
  const asked = Object.entries(networks).map(([argument, tap]) => {
    const model = spec.args[argument]
    if (typeof model !== 'string')
      throw new Error(`loss term "${spec.id}": ${spec.fn} needs the name of a network for "${argument}"`)
    return { model, tap }
  })
  return { id: spec.id, weight: spec.weight, paths, networks: asked, spec, kind }
}

/** What a step knows that terms may ask for. */
export interface TermSource extends Pick<TermInputs, 'oneHot' | 'bank' | 'people' | 'draw'> {
  readonly tensor: (path: TapPath) => Tf.Tensor
  readonly network: (model: string, tap: string) => (x: Tf.Tensor) => Tf.Tensor
}

/** The unweighted value of a term. */
export function evaluateTerm(tf: TensorFlow, term: Term, { tensor, network, ...source }: TermSource): Tf.Scalar {
  const { args } = term.spec
  return term.kind.evaluate({
    tf,
    ...source,
    network: (argument, tap) => network(String(args[argument]), tap),
    taps: (argument) => (term.paths.get(argument) ?? []).map(tensor),
    number: (argument, otherwise) => (typeof args[argument] === 'number' ? args[argument] : otherwise),
    word: (argument, otherwise) => (typeof args[argument] === 'string' ? args[argument] : otherwise),
  })
}
