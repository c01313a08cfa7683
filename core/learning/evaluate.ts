// Runs a protocol on a model and its baselines, and writes down everything that is needed to run it again.
import { cpus, totalmem } from 'node:os'
import { packageHash } from '../base/packageHash.ts'
import type { DeviceReport } from '../contract/app.ts'
import type { Embedders } from '../evaluation/embedders.ts'
import { pixelBaseline, randomBaseline } from '../evaluation/baselines.ts'
import { contentHash, type Protocol } from '../evaluation/protocol.ts'
import { deviceReport } from '../runtime/device.ts'
import {
  declaredInference,
  openModel,
  type EvaluatedModel,
  type InferenceChoice,
  type Network,
} from './evaluateModel.ts'
import { evaluateClassification } from './evaluateClassification.ts'
import { evaluateIdentification } from './evaluateIdentification.ts'
import { leakOf } from './evaluateLeak.ts'
import type { EvaluationRecord, Machine, MeasuredModel } from './evaluationRecord.ts'
import { evaluatePairs } from './evaluatePairs.ts'

export interface EvaluationRequest {
  readonly protocol: Protocol
  readonly model: EvaluatedModel
  readonly inference: InferenceChoice
  /** Makes up the faces that small probes are embedded as: the model's and the teacher's. */
  readonly hallucinator?: Network | null
  /** Evaluated beside the model as a baseline. */
  readonly teacher: EvaluatedModel | null
  readonly data: string
  /** Pairs file, where the protocol's own is not the one. */
  readonly pairs?: string | undefined
  /** Folds of the pairs file, counted from 1; default all. */
  readonly folds?: readonly number[] | undefined
  /** cpu (default): numbers that repeat everywhere. fastest: the device that the application would choose. */
  readonly device?: 'cpu' | 'fastest'
  readonly threads?: number
  readonly resamples?: number
  /** Baselines cost the time of reading the faces again; false leaves them out and says so. */
  readonly baselines?: boolean
  /** Training set to audit the evaluated faces against. */
  readonly training?: string | undefined
  /** The command line, for the record. */
  readonly command: string
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number, what: string) => void
}

/** What is to be closed when the evaluation is over, whatever its end. */
export type Closers = (() => Promise<void>)[]

/** Runs the protocol with one recogniser; `what` names it in the progress line. */
export type Contender = { readonly what: string; readonly embedders: Embedders }

const machineOf = (report: DeviceReport): Machine => ({
  device: report.device,
  provider: report.provider,
  threads: report.threads,
  runtime: report.runtime,
  platform: `${process.platform}-${process.arch}`,
  node: process.version,
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
})

const described = (
  { card, gallery }: EvaluatedModel,
  inference: InferenceChoice,
  hallucinator: Network | null,
): MeasuredModel => ({
  name: card.name,
  package: packageHash(card),
  sha256: card.sha256,
  parameters: card.parameters,
  gallery: inference.pair && gallery ? { name: gallery.card.name, sha256: gallery.card.sha256 } : null,
  inference,
  ...(hallucinator ? { hallucinator: { name: hallucinator.card.name, sha256: hallucinator.card.sha256 } } : {}),
  trainedOn: card.trainedOn,
})

function runProtocol(request: EvaluationRequest, main: Contender, others: Record<string, Contender>, closers: Closers) {
  const { protocol } = request
  switch (protocol.kind) {
    case 'pairs':
      return evaluatePairs(request, protocol, main, others, closers)
    case 'identification':
      return evaluateIdentification(request, protocol, main, others, closers)
    case 'classification':
      return evaluateClassification(request, protocol, main, others, closers)
  }
}
export type EvaluationOutcome = Awaited<ReturnType<typeof runProtocol>>
export interface Evaluated {
  readonly record: EvaluationRecord
  readonly outcome: EvaluationOutcome
}

/**
 * The evaluation's record; `results` first.
 * @param then is called with the record while models and data are still open: for curves @throws UserFacingError
 */
export async function evaluate(
  request: EvaluationRequest,
  then?: (evaluated: Evaluated, main: Contender) => Promise<void>,
): Promise<Evaluated> {
  const started = performance.now()
  const { protocol, model, inference, teacher, baselines = true, hallucinator = null } = request
  const device = await deviceReport(request.threads ?? 0, request.device === 'fastest' ? {} : { providers: [] })
  const closers: Closers = []
  let provider = device.provider
  const open = async (of: EvaluatedModel, choice: InferenceChoice): Promise<Embedders> => {
    const one = await openModel(of, choice, { provider: device.provider, threads: request.threads ?? 0 }, hallucinator)
    closers.push(() => one.release())
    provider = one.provider
    return one.embedders
  }
  try {
    const main: Contender = { what: model.card.name, embedders: await open(model, inference) }
    const others: Record<string, Contender> = {}
    if (baselines) {
      others['pixels'] = { what: 'baseline of pixels', embedders: pixelBaseline() }
      others['random'] = { what: 'random baseline', embedders: randomBaseline() }
      if (teacher)
        others['teacher'] = { what: teacher.card.name, embedders: await open(teacher, declaredInference(teacher)) }
    }
    const outcome = await runProtocol(request, main, others, closers)
    const { results, baselines: beside, data } = outcome
    const leak = await leakOf(
      outcome.people,
      model.trainedPeople,
      request.training ? { place: request.training, evaluated: outcome.faces } : null,
      request.signal,
    )
    const content: Omit<EvaluationRecord, 'sha256' | 'command' | 'machine' | 'seconds' | 'at'> = {
      results,
      ...(outcome.kind === 'identification' ? { averages: outcome.averages, draws: outcome.draws } : {}),
      baselines: beside,
      protocol: { ...protocol, sha256: contentHash(protocol) },
      model: described(model, inference, hallucinator),
      ...(teacher && baselines ? { teacher: described(teacher, declaredInference(teacher), hallucinator) } : {}),
      data,
      leak,
    }
    const record: EvaluationRecord = {
      ...content,
      sha256: contentHash(content),
      command: request.command,
      machine: machineOf({ ...device, provider }),
      seconds: Math.round((performance.now() - started) / 100) / 10,
      at: new Date().toISOString(),
    }
    const evaluated = { record, outcome }
    await then?.(evaluated, main)
    return evaluated
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}
