// One inner training step: taps, losses, gradients, guard, clipping, update.
import type * as Tf from '@tensorflow/tfjs-core'
import { mix } from '../images/random.ts'
import type { TfNetwork } from '../nets/tensorflow.ts'
import type { Head } from './heads.ts'
import { norm, type Optimiser } from './optimiser.ts'
import { tapKey, tapOf, type TapPath } from './taps.ts'
import { evaluateTerm, type BankView, type Term } from './terms.ts'

export interface StepPlan {
  /** Variables that this step moves, by name; nothing else gets a gradient. */
  readonly variables: ReadonlyMap<string, Tf.Variable>
  readonly terms: readonly Term[]
  readonly batchNorm: 'train' | 'frozen'
  readonly clip: number | undefined
}
export interface StepContext {
  readonly tf: typeof Tf
  readonly networks: ReadonlyMap<string, TfNetwork>
  readonly heads: ReadonlyMap<string, Head>
  /** Models whose variables this phase trains; the others are asked outside the tape. */
  readonly trainable: ReadonlySet<string>
  readonly classes: number
  readonly banks?: ReadonlyMap<string, Bank>
}
/** Fixed embeddings of all faces of a run. */
export interface Bank {
  /** [D, N], unit columns. */
  readonly directions: Tf.Tensor2D
  /** [N], class of each face. */
  readonly labels: Tf.Tensor1D
}
export interface StepBatch {
  /** view → [B, H, W, C] in the networks' own range */
  readonly views: ReadonlyMap<string, Tf.Tensor4D>
  /** [B], 0 .. classes-1 */
  readonly labels: Tf.Tensor1D
  /** [B], positions among the run's faces; asked for by banks alone. */
  readonly samples?: Tf.Tensor1D
  /** Number of the step: the seed of its dropouts. */
  readonly step?: number
  /** Taps of models that only answer, computed elsewhere: key `model(view).tap` → [B, …] */
  readonly given: ReadonlyMap<string, Tf.Tensor>
}
export interface StepResult {
  readonly loss: number
  /** Unweighted values by term id. */
  readonly terms: Readonly<Record<string, number>>
  readonly gradientNorm: number
  /** True where loss or gradient was not finite: nothing was moved. */
  readonly skipped: boolean
}

/** Which outputs of which network on which view the terms need. */
export function neededTaps(terms: readonly Term[]): Map<string, { model: string; view: string; taps: Set<string> }> {
  const needed = new Map<string, { model: string; view: string; taps: Set<string> }>()
  for (const term of terms)
    for (const paths of term.paths.values())
      for (const { model, view, tap } of paths.map(tapOf)) {
        const key = `${model}(${view})`
        const entry = needed.get(key) ?? { model, view, taps: new Set<string>() }
        entry.taps.add(tap)
        needed.set(key, entry)
      }
  return needed
}

/** Each distinct (model, view) once; models that are not trained answer outside the tape, in inference mode. */
function collect(
  context: StepContext,
  plan: StepPlan,
  batch: StepBatch,
  which: 'frozen' | 'trained',
  into: Map<string, Tf.Tensor>,
): void {
  for (const [position, { model, view, taps }] of [...neededTaps(plan.terms).values()].entries()) {
    const network = context.networks.get(model)
    const wanted = [...taps].filter((tap) => !batch.given.has(tapKey({ kind: 'tap', model, view, tap })))
    if (wanted.length === 0 || context.trainable.has(model) !== (which === 'trained')) continue
    const x = batch.views.get(view)
    if (!network || !x) throw new Error(`the recipe asks for ${model}(${view}), which is not there`)
    const seed = mix(batch.step ?? 0, position)
    const training = which === 'trained' && plan.batchNorm === 'train'
    for (const [tap, tensor] of Object.entries(network.apply(x, { training, taps: wanted, seed })))
      into.set(tapKey({ kind: 'tap', model, view, tap }), tensor)
  }
}

function bankView({ tf, banks }: StepContext, batch: StepBatch, name: string): BankView {
  const bank = banks?.get(name)
  if (!bank || !batch.samples) throw new Error(`the recipe has no bank "${name}"`)
  const own = tf.cast(tf.oneHot(batch.samples, bank.labels.size), 'float32')
  const people = tf.cast(tf.equal(tf.expandDims(batch.labels, 1), tf.expandDims(bank.labels, 0)), 'float32')
  return { directions: bank.directions, own, same: tf.sub(people, own) }
}

/**
 * Runs one step and moves the plan's variables, unless something is not finite.
 * @param rate learning rate of this step
 */
export async function trainStep(
  context: StepContext,
  plan: StepPlan,
  batch: StepBatch,
  optimiser: Optimiser,
  rate: number,
): Promise<StepResult> {
  const { tf } = context
  const { gradient, numbers } = gradientOf(context, plan, batch, optimiser)
  try {
    // One reading: on a graphics device each of them waits for all that came before.
    const [loss, gradientNorm, ...unweighted] = (await numbers.data()) as unknown as [number, number, ...number[]]
    const terms = Object.fromEntries(plan.terms.map(({ id }, i) => [id, unweighted[i]!]))
    const skipped = !Number.isFinite(loss) || !Number.isFinite(gradientNorm)
    if (!skipped) {
      const shrink = plan.clip !== undefined && gradientNorm > plan.clip ? plan.clip / gradientNorm : 1
      tf.tidy(() => optimiser.step(shrink === 1 ? gradient : tf.mul(gradient, shrink), rate))
    }
    return { loss, terms, gradientNorm, skipped }
  } finally {
    tf.dispose([gradient, numbers])
  }
}

/** The gradient as a row, and [loss, its norm, the terms' unweighted values]. */
function gradientOf(
  context: StepContext,
  plan: StepPlan,
  batch: StepBatch,
  optimiser: Optimiser,
): { gradient: Tf.Tensor1D; numbers: Tf.Tensor1D } {
  const { tf } = context
  return tf.tidy(() => {
    const fixed = new Map<string, Tf.Tensor>(batch.given)
    collect(context, plan, batch, 'frozen', fixed)
    const values = new Map<string, Tf.Scalar>()
    const { value, grads } = tf.variableGrads(() => {
      const taps = new Map(fixed)
      collect(context, plan, batch, 'trained', taps)
      let oneHot: Tf.Tensor | undefined
      const labels = (): Tf.Tensor => (oneHot ??= tf.cast(tf.oneHot(batch.labels, context.classes), 'float32'))
      const tensor = (path: TapPath): Tf.Tensor => {
        const of = taps.get(tapKey(tapOf(path)))
        if (!of) throw new Error(`tap ${tapKey(tapOf(path))} was not computed`)
        if (path.kind === 'tap') return of
        const head = context.heads.get(path.head)
        if (!head) throw new Error(`the recipe has no head "${path.head}"`)
        return head.apply(of, labels(), path.logits)
      }
      return tf.addN(
        plan.terms.map((term) => {
          const unweighted = evaluateTerm(tf, term, tensor, labels, (name) => bankView(context, batch, name))
          values.set(term.id, tf.keep(unweighted.clone()))
          return tf.mul(unweighted, term.weight)
        }),
      ) as Tf.Scalar
    }, [...plan.variables.values()])

    const named = new Map([...plan.variables].map(([name, variable]) => [name, grads[variable.name]!]))
    const gradient = optimiser.pack(named)
    const kept = plan.terms.map(({ id }) => values.get(id)!)
    const numbers = tf.stack([value, norm(tf, gradient), ...kept]) as Tf.Tensor1D
    tf.dispose(kept)
    return { gradient, numbers }
  })
}
