// One inner training step: taps, losses, gradients, guard, clipping, update.
import type * as Tf from '@tensorflow/tfjs-core'
import { mix, random } from '../images/random.ts'
import { inputOf, nodeTap } from '../nets/graph.ts'
import type { TfNetwork } from '../nets/tensorflow.ts'
import type { Head } from './heads.ts'
import { norm, type Optimiser } from './optimiser.ts'
import type { Affine } from './pixels.ts'
import { callKey, neededCalls, tapKey, type NetworkPath, type TapPath, type ViewPath } from './taps.ts'
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
  /** Models that this phase trains: they see batch statistics, and dropout, in each of its steps. */
  readonly trainable: ReadonlySet<string>
  readonly classes: number
  /** Of the recipe: what terms draw from. Default 0. */
  readonly seed?: number
  readonly banks?: ReadonlyMap<string, Bank>
  /** For models with pixels of their own: what turns the recipe's network input into theirs. */
  readonly pixels?: ReadonlyMap<string, Affine>
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
  /** view → [B], log2(native side / 112): for networks that are told the size. */
  readonly told?: ReadonlyMap<string, Tf.Tensor1D>
  /**
   * Computed elsewhere: taps of models that only answer, `model(view).tap`; labels, `view.landmarks`; and nodes of networks
   * that no weight of this step has a part in, `model(view).#node` → [B, …]
   */
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

/** Every path that some terms name. */
export const pathsOf = (terms: readonly Term[]): TapPath[] => terms.flatMap(({ paths }) => [...paths.values()].flat())

/** Answers paths from what is known already, asking each network once for everything that is wanted of it. */
function resolver(
  context: StepContext,
  paths: readonly TapPath[],
  batchNorm: StepPlan['batchNorm'],
  batch: StepBatch,
  known: Map<string, Tf.Tensor>,
) {
  const { tf, networks, trainable } = context
  const calls = neededCalls(paths)
  const positions = new Map([...calls.keys()].map((key, i) => [key, i]))
  const shown = (path: ViewPath | NetworkPath): Tf.Tensor => {
    if (path.kind === 'tap') return tensor(path)
    const view = batch.views.get(path.view)
    if (!view) throw new Error(`the recipe asks for the view ${path.view}, which is not there`)
    return view
  }
  const tensor = (path: NetworkPath): Tf.Tensor => {
    if (!known.has(tapKey(path))) ask(callKey(path))
    return known.get(tapKey(path))!
  }
  const ask = (key: string): void => {
    const { model, input, view, taps } = calls.get(key)!
    const network = networks.get(model)
    if (!network) throw new Error(`the recipe asks for ${key}, which is not there`)
    const wanted = [...taps].filter((tap) => !known.has(tapKey({ kind: 'tap', model, input, tap })))
    const parts = input.map(shown)
    const x = asSeenBy(context, model, network, parts.length > 1 ? tf.concat(parts) : parts[0]!, view, batch)
    const seed = mix(batch.step ?? 0, positions.get(key)!)
    const training = trainable.has(model) && batchNorm === 'train'
    const prefix = `${key}.${nodeTap('')}`
    const from = new Map([...known].flatMap(([k, v]) => (k.startsWith(prefix) ? [[k.slice(prefix.length), v]] : [])))
    const options = { training, taps: wanted, seed, ...(from.size > 0 ? { from } : {}) }
    for (const [tap, value] of Object.entries(network.apply(x, options)))
      known.set(tapKey({ kind: 'tap', model, input, tap }), value)
  }
  return { calls, shown, tensor, ask }
}

/** What networks answer as they are now, without training; call inside tf.tidy. */
export function answers(
  context: Pick<StepContext, 'tf' | 'networks' | 'pixels'>,
  paths: readonly NetworkPath[],
  batch: Pick<StepBatch, 'views' | 'told'>,
): Tf.Tensor[] {
  const asked: StepContext = { ...context, heads: new Map(), trainable: new Set(), classes: 0 }
  const whole: StepBatch = { ...batch, labels: context.tf.tensor1d([], 'int32'), given: new Map() }
  const { tensor } = resolver(asked, paths, 'frozen', whole, new Map())
  return paths.map(tensor)
}

/** The input in the range of the model's own pixels, with a fourth channel where the network is told the native size. */
function asSeenBy(
  { tf, pixels }: StepContext,
  model: string,
  { graph }: TfNetwork,
  x: Tf.Tensor,
  view: string | undefined,
  batch: StepBatch,
): Tf.Tensor {
  const own = pixels?.get(model)
  const seen = own ? tf.add(tf.mul(x, tf.tensor1d([...own.factor])), tf.tensor1d([...own.offset])) : x
  const [rows = 0, height, width, channels] = x.shape
  if (inputOf(graph).attributes.shape[2] !== 4 || channels !== 3) return seen
  const told = view === undefined ? undefined : batch.told?.get(view)
  if (!told) throw new Error(`${model} is told the native size of a face, which only a view has`)
  return tf.concat([seen, tf.tile(tf.reshape(told, [rows, 1, 1, 1]), [1, height!, width!, 1])], 3)
}

/** Asks, outside the tape, whatever nothing that this step moves has a part in. */
function askFixed(context: StepContext, plan: StepPlan, batch: StepBatch, known: Map<string, Tf.Tensor>): void {
  const moved = new Set(plan.variables.values())
  const moves = (model: string): boolean =>
    context.networks
      .get(model)
      ?.variables()
      .some((v) => moved.has(v)) ?? false
  const { calls, ask } = resolver(context, pathsOf(plan.terms), plan.batchNorm, batch, known)
  const fixed = new Set<string>()
  for (const [key, { model, input, taps }] of calls) {
    const given = [...taps].every((tap) => known.has(tapKey({ kind: 'tap', model, input, tap })))
    if (given) fixed.add(key)
    if (given || moves(model) || !input.every((each) => each.kind === 'view' || fixed.has(callKey(each)))) continue
    fixed.add(key)
    ask(key)
  }
}

/**
 * What several steps on one batch need and none of them changes, asked once: a frozen generator in front of two
 * networks that are trained in turns. The caller disposes of it.
 */
export function sharedAnswers(
  context: StepContext,
  plans: readonly StepPlan[],
  batch: StepBatch,
): ReadonlyMap<string, Tf.Tensor> {
  const [first] = plans
  if (!first || plans.length < 2) return new Map()
  const together: StepPlan = {
    ...first,
    variables: new Map(plans.flatMap(({ variables }) => [...variables])),
    terms: plans.flatMap(({ terms }) => terms),
  }
  const made = context.tf.tidy(() => {
    const known = new Map<string, Tf.Tensor>(batch.given)
    askFixed(context, together, batch, known)
    return Object.fromEntries([...known].filter(([key]) => !batch.given.has(key)))
  })
  return new Map(Object.entries(made))
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

/** Of the streams that terms draw from. */
const TERM = 0x7465726d

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
    askFixed(context, plan, batch, fixed)
    const values = new Map<string, Tf.Scalar>()
    const { value, grads } = tf.variableGrads(() => {
      const { tensor, shown } = resolver(context, pathsOf(plan.terms), plan.batchNorm, batch, new Map(fixed))
      let oneHot: Tf.Tensor | undefined
      const labels = (): Tf.Tensor => (oneHot ??= tf.cast(tf.oneHot(batch.labels, context.classes), 'float32'))
      const value = (path: TapPath): Tf.Tensor => {
        if (path.kind === 'view' || path.kind === 'tap') return shown(path)
        if (path.kind === 'label') {
          const label = batch.given.get(tapKey(path))
          if (!label) throw new Error(`the recipe asks for ${tapKey(path)}, which nobody has made`)
          return label
        }
        const head = context.heads.get(path.head)
        if (!head) throw new Error(`the recipe has no head "${path.head}"`)
        return head.apply(tensor(path.of), labels(), path.logits)
      }
      const network = (model: string, tap: string) => {
        const asked = context.networks.get(model)
        if (!asked) throw new Error(`the recipe asks for ${model}, which is not there`)
        return (x: Tf.Tensor): Tf.Tensor => asked.apply(x, { taps: [tap] })[tap]!
      }
      return tf.addN(
        plan.terms.map((term, position) => {
          const unweighted = evaluateTerm(tf, term, {
            tensor: value,
            network,
            oneHot: labels,
            people: () => batch.labels,
            bank: (name) => bankView(context, batch, name),
            draw: () => random(context.seed ?? 0, TERM, batch.step ?? 0, position),
          })
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
