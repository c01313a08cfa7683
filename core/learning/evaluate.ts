// Runs a protocol on a model and its baselines, and writes down everything that is needed to run it again.
import { cpus, totalmem } from 'node:os'
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
  type OpenedModel,
} from './evaluateModel.ts'
import { evaluatePairs } from './evaluatePairs.ts'

export interface EvaluationRequest {
  readonly protocol: Protocol
  readonly model: EvaluatedModel
  readonly inference: InferenceChoice
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
  /** The command line, for the record. */
  readonly command: string
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number, what: string) => void
}

/** Runs the protocol with one recogniser; `what` names it in the progress line. */
export type Contender = { readonly what: string; readonly embedders: Embedders }

export interface Machine {
  readonly device: string
  readonly provider: string
  readonly threads: number
  readonly runtime: string
  readonly platform: string
  readonly node: string
  readonly cores: number
  readonly memoryGiB: number
}

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

const described = ({ card, gallery }: EvaluatedModel, inference: InferenceChoice) => ({
  name: card.name,
  sha256: card.sha256,
  parameters: card.parameters,
  gallery: inference.pair && gallery ? { name: gallery.card.name, sha256: gallery.card.sha256 } : null,
  inference,
  trainedOn: card.trainedOn,
})

/** The evaluation's record; `results` first. @throws UserFacingError */
export async function evaluate(request: EvaluationRequest) {
  const started = performance.now()
  const { protocol, model, inference, teacher, baselines = true } = request
  const device = await deviceReport(request.threads ?? 0, request.device === 'fastest' ? {} : { providers: [] })
  const opened: OpenedModel[] = []
  const open = async (of: EvaluatedModel, choice: InferenceChoice): Promise<Embedders> => {
    const one = await openModel(of, choice, { provider: device.provider, threads: request.threads ?? 0 })
    opened.push(one)
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
    const { results, baselines: beside, data, curves } = await evaluatePairs(request, main, others)
    const content = {
      results,
      baselines: beside,
      protocol: { ...protocol, sha256: contentHash(protocol) },
      model: described(model, inference),
      ...(teacher && baselines ? { teacher: described(teacher, declaredInference(teacher)) } : {}),
      data,
    }
    const record = {
      ...content,
      sha256: contentHash(content),
      command: request.command,
      machine: machineOf({ ...device, provider: opened[0]!.provider }),
      seconds: Math.round((performance.now() - started) / 100) / 10,
      at: new Date().toISOString(),
    }
    return { record, curves }
  } finally {
    for (const one of opened) await one.release()
  }
}
