// Runs a recipe's phases step by step: views in, one guarded update out, checkpoints on the way, the same after a kill.
import type * as TfCore from '@tensorflow/tfjs-core'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import type { TensorFlow } from '../nets/tensorflow.ts'
import { createAverage, type Average } from './average.ts'
import { newestCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts'
import type { RunEvent } from './events.ts'
import type { Feed } from './feed.ts'
import { assignValues, groupVariables, valuesOf, type Models } from './models.ts'
import { createOptimiser, type Optimiser } from './optimiser.ts'
import { ownPixels } from './pixels.ts'
import type { Phase, Recipe } from './recipe.ts'
import { rateAt } from './schedule.ts'
import {
  pathsOf,
  sharedAnswers,
  trainStep,
  type StepBatch,
  type StepContext,
  type StepPlan,
  type StepResult,
} from './step.ts'
import { tapKey, type TapPath } from './taps.ts'
import { compileTerm } from './terms.ts'
import type { ViewBatch } from './viewBatch.ts'

/** A network that is told the native size r of a face gets log2(r / 112) in a fourth channel. */
export const TOLD_UNIT = 112
/** Steps that may come to nothing (loss or gradient not finite) before a run gives up. */
export const MAX_SKIPPED = 20

/** Answers of models that are only asked: tensors by tap key, e.g. `teacher(hr).embedding`, [B, …]. */
export type Answer = (
  batch: ViewBatch,
  /** Keys of what the phase needs; others may be left out. */
  wanted: ReadonlySet<string>,
) => Promise<ReadonlyMap<string, { shape: number[]; data: Float32Array }>>

/** What a phase does not change, computed before it begins. */
export interface Remembered {
  readonly answer: Answer
  close(): void
}

export interface RunInput {
  readonly tf: TensorFlow
  readonly recipe: Recipe
  readonly models: Models
  /** Faces of the run. */
  readonly samples: number
  readonly classes: number
  /** Hash of recipe and data: what a checkpoint must have been made of. */
  readonly run: string
  /** Folder of the run; checkpoints lie in `checkpoints`. */
  readonly folder: string
  readonly openFeed: (batch: number, first: number) => Feed
  readonly answer?: Answer
  /** Asked at the start of a phase, with the weights as they are; null where nothing is worth remembering. */
  readonly remember?: (phase: Phase) => Promise<Remembered | null>
  readonly banks?: StepContext['banks']
  readonly signal: AbortSignal
  readonly tell: (event: RunEvent) => void
  /** Seconds between checkpoints. */
  readonly checkpointEvery: number
  /** Stops after so many steps of this sitting, with a checkpoint. */
  readonly maxSteps?: number
  /** Asked with the weights that count (averaged ones where there are any), at the start of an epoch and at the end. */
  readonly validate?: () => Promise<Readonly<Record<string, number>>>
}

interface Sitting {
  steps: number
  seconds: number
  readonly startedAt: number
}

/** @returns how the sitting ended: all phases done, paused by the signal, or `maxSteps` reached; a checkpoint is there */
export async function runRecipe(input: RunInput): Promise<'done' | 'paused' | 'steps'> {
  const { recipe, tell, folder, run } = input
  const found = newestCheckpoint(path.join(folder, 'checkpoints'), run, (text) => tell({ kind: 'note', text }))
  const sitting: Sitting = { steps: 0, seconds: found?.seconds ?? 0, startedAt: performance.now() }
  if (found) assignValues(input.tf, input.models.all, found.groups.variables ?? new Map())
  let reason: 'done' | 'paused' | 'steps' = 'done'
  for (const [index, phase] of recipe.phases.entries()) {
    if (found && index < found.phase) continue
    const resumed = found && found.phase === index ? found : null
    reason = await runPhase(input, phase, index, resumed, sitting)
    if (reason !== 'done') break
  }
  tell({ kind: 'end', reason, seconds: elapsed(sitting) })
  return reason
}

const elapsed = ({ seconds, startedAt }: Sitting): number => seconds + (performance.now() - startedAt) / 1000

/** Whole batches that make up the phase's epochs. */
export const stepsOf = ({ epochs, batch }: Pick<Phase, 'epochs' | 'batch'>, samples: number): number =>
  Math.max(1, Math.round((epochs * samples) / batch))

async function runPhase(
  input: RunInput,
  phase: Phase,
  index: number,
  resumed: Checkpoint | null,
  sitting: Sitting,
): Promise<'done' | 'paused' | 'steps'> {
  const { tf, models, tell, signal, samples } = input
  const core = tf as unknown as typeof TfCore
  const total = stepsOf(phase, samples)
  const inner = phase.steps.map(({ train, terms }): { plan: StepPlan; optimiser: Optimiser } => {
    const variables = groupVariables(models, train)
    return {
      plan: { variables, terms: terms.map(compileTerm), batchNorm: phase.batchNorm, clip: phase.clip },
      optimiser: createOptimiser(core, phase.optimiser, variables, () => true),
    }
  })
  const moved = new Map(inner.flatMap(({ plan }) => [...plan.variables]))
  const context = stepContext(input, moved)
  const average = phase.ema ? createAverage(core, averaged(models, moved), phase.ema.decay) : null
  let step = 0
  let skipped = 0
  if (resumed) {
    step = resumed.step
    skipped = resumed.skipped
    restore(input, resumed, inner, average)
  }
  tell({
    kind: 'phase',
    phase: phase.name,
    steps: total,
    batch: phase.batch,
    from: step,
    variables: [...moved.values()].reduce((sum, v) => sum + v.size, 0),
  })
  const save = async (done: number, at = index): Promise<void> => {
    const slots = new Map<string, { shape: readonly number[]; data: Float32Array }>()
    for (const [i, { optimiser }] of inner.entries())
      for (const [name, values] of await optimiser.slots()) slots.set(`${i}/${name}`, values)
    const folder = writeCheckpoint(path.join(input.folder, 'checkpoints'), {
      run: input.run,
      phase: at,
      step: done,
      optimiserSteps: at === index ? inner.map(({ optimiser }) => optimiser.steps) : [],
      skipped,
      seconds: elapsed(sitting),
      groups: {
        variables: await valuesOf(models.all),
        ...(at === index ? { slots } : {}),
        ...(average && at === index ? { average: await valuesOf(average.values) } : {}),
      },
    })
    tell({ kind: 'checkpoint', phase: phase.name, step: done, folder })
  }
  const validate = async (): Promise<void> => {
    if (!input.validate) return
    average?.swap()
    try {
      tell({ kind: 'validation', phase: phase.name, step, values: await input.validate() })
    } finally {
      average?.swap()
    }
  }

  const remembered = (await input.remember?.(phase)) ?? null
  const wanted = new Set(pathsOf(inner.flatMap(({ plan }) => plan.terms)).flatMap(keysOf))
  const answer: Answer = async (batch) =>
    new Map([...((await input.answer?.(batch, wanted)) ?? []), ...((await remembered?.answer(batch, wanted)) ?? [])])
  const feed = input.openFeed(phase.batch, step)
  let savedAt = performance.now()
  let epoch = Math.floor((step * phase.batch) / samples)
  try {
    while (step < total) {
      if (signal.aborted || sitting.steps === input.maxSteps) {
        await save(step)
        return signal.aborted ? 'paused' : 'steps'
      }
      const started = performance.now()
      const batch = await feed.next()
      const waited = performance.now() - started
      if (signal.aborted) continue
      const rate = rateAt(phase.rate, Math.floor((step * phase.batch) / samples), step, total)
      const result = await onBatch(tf, batch, await answer(batch, wanted), async (stepBatch) => {
        const results: StepResult[] = []
        const plans = inner.map(({ plan }) => plan)
        const shared = sharedAnswers(context, plans, stepBatch)
        const known = { ...stepBatch, given: new Map([...stepBatch.given, ...shared]) }
        try {
          for (const { plan, optimiser } of inner) results.push(await trainStep(context, plan, known, optimiser, rate))
        } finally {
          tf.dispose([...shared.values()])
        }
        return results
      })
      step++
      sitting.steps++
      if (result.some((r) => r.skipped)) {
        skipped++
        tell({ kind: 'skipped', phase: phase.name, step, count: skipped })
        if (skipped >= MAX_SKIPPED)
          throw new UserFacingError(
            'invalid-input',
            `The training of phase "${phase.name}" diverged: in ${skipped} steps the loss was not a number. Lower the learning rate of the recipe; the last checkpoint is kept.`,
          )
      } else average?.update()
      tell({
        kind: 'step',
        phase: phase.name,
        step,
        epoch: batch.epoch,
        loss: result.reduce((sum, r) => sum + r.loss, 0),
        terms: Object.assign({}, ...result.map((r) => r.terms)) as Record<string, number>,
        gradientNorm: Math.max(...result.map((r) => r.gradientNorm)),
        rate,
        msPerView: (performance.now() - started) / phase.batch,
        waited: waited / phase.batch,
      })
      const now = Math.floor((step * phase.batch) / samples)
      if (now > epoch && step < total) await validate()
      epoch = now
      if (performance.now() - savedAt > input.checkpointEvery * 1000 && step < total) {
        await save(step)
        savedAt = performance.now()
      }
      // Messages of the workers and the signal are heard between steps.
      await new Promise((resolve) => setImmediate(resolve))
    }
    // What counts from here on is the average.
    average?.swap()
    average?.dispose()
    if (input.validate) tell({ kind: 'validation', phase: phase.name, step, values: await input.validate() })
    await save(0, index + 1)
    return 'done'
  } finally {
    await feed.close()
    remembered?.close()
    for (const { optimiser } of inner) optimiser.dispose()
  }
}

/** Keys of a path and of all that stands in it. */
const keysOf = (path: TapPath): string[] =>
  path.kind === 'head' ? keysOf(path.of) : [tapKey(path), ...(path.kind === 'tap' ? path.input.flatMap(keysOf) : [])]

function stepContext(
  { tf, recipe, models, classes, banks }: RunInput,
  moved: ReadonlyMap<string, TfCore.Variable>,
): StepContext {
  const trained = new Set([...moved.keys()].map((name) => name.split('/', 1)[0]!))
  return {
    tf: tf as unknown as typeof TfCore,
    networks: models.networks,
    heads: models.heads,
    trainable: trained,
    classes,
    seed: recipe.seed,
    ...(banks ? { banks } : {}),
    pixels: ownPixels(recipe),
  }
}

/** Everything of the trained models, running statistics included. */
function averaged(models: Models, moved: ReadonlyMap<string, TfCore.Variable>): Map<string, TfCore.Variable> {
  const trained = new Set([...moved.keys()].map((name) => name.split('/', 1)[0]!))
  return new Map([...models.all].filter(([name]) => trained.has(name.split('/', 1)[0]!)))
}

function restore(
  { tf }: RunInput,
  kept: Checkpoint,
  inner: readonly { plan: StepPlan; optimiser: Optimiser }[],
  average: Average | null,
): void {
  for (const [i, { optimiser }] of inner.entries()) {
    optimiser.steps = kept.optimiserSteps[i] ?? 0
    const prefix = `${i}/`
    optimiser.restore(
      new Map(
        [...(kept.groups.slots ?? [])]
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, value]) => [name.slice(prefix.length), value]),
      ),
    )
  }
  if (average) {
    assignValues(tf, average.values, kept.groups.average ?? new Map())
    average.steps = Math.max(...kept.optimiserSteps, 0)
  }
}

/** Tensors of a batch for as long as its steps take. */
async function onBatch<T>(
  tf: TensorFlow,
  batch: ViewBatch,
  given: ReadonlyMap<string, { shape: number[]; data: Float32Array }>,
  body: (batch: StepBatch) => Promise<T>,
): Promise<T> {
  const views = new Map(
    Object.entries(batch.views).map(([name, { data, size }]) => [
      name,
      tf.tensor4d(data, [batch.samples.length, size, size, 3]) as unknown as TfCore.Tensor4D,
    ]),
  )
  const told = new Map(
    Object.entries(batch.views).map(([name, { resolutions }]) => [
      name,
      tf.tensor1d(Float32Array.from(resolutions, (r) => Math.log2(r / TOLD_UNIT))) as unknown as TfCore.Tensor1D,
    ]),
  )
  const labels = tf.tensor1d(batch.labels, 'int32') as unknown as TfCore.Tensor1D
  const samples = tf.tensor1d(batch.samples, 'int32') as unknown as TfCore.Tensor1D
  const answers = new Map(
    [...given, ...Object.entries(batch.drawn)].map(([key, { shape, data }]) => [
      key,
      tf.tensor(data, shape) as unknown as TfCore.Tensor,
    ]),
  )
  try {
    return await body({ views, told, labels, samples, step: batch.step, given: answers })
  } finally {
    for (const each of [...views.values(), ...told.values(), labels, samples, ...answers.values()]) each.dispose()
  }
}
