// vestige train: a recipe and folders of faces in, a trained network out; stopped and gone on with at any time.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { PixelContract } from '../contract/models.ts'
import { train, type FinishedNetwork, type TrainRequest, type TrainResult } from '../learning/train.ts'
import { LIMITS, writeHallucinatorPackage, writeTrainedPackage } from '../models/trained.ts'
import { backendKinds, type BackendKind } from '../runtime/learn/backend.ts'
import type { RunEvent } from '../training/events.ts'
import type { Recipe } from '../training/recipe.ts'
import { resultView } from '../training/result.ts'
import { parseCount } from './arguments.ts'
import { exit } from './exit.ts'
import { guarded } from './run.ts'
import { createTerminal, type Terminal } from './terminal.ts'

interface TrainOptions {
  readonly recipe: string
  readonly data: string[]
  readonly run: string
  readonly role: Map<string, string>
  readonly backend: BackendKind | 'fastest'
  readonly validatePairs?: string
  readonly validateFolds: number[]
  readonly validateAt: number[]
  readonly minImages: number
  readonly maxSteps?: number
  readonly checkpointSeconds: number
  readonly json?: boolean
}

const parseRole = (text: string, before: Map<string, string> = new Map()): Map<string, string> => {
  const [, role, file] = /^([a-zA-Z][\w-]*)=(.+)$/.exec(text) ?? []
  if (!role || !file) throw new InvalidArgumentError('write it as name=file')
  return new Map([...before, [role, file]])
}
const parseNumbers = (text: string): number[] => {
  const numbers = text.split(',').map(Number)
  if (!numbers.every((n) => Number.isInteger(n) && n > 0))
    throw new InvalidArgumentError('write whole numbers with commas between them')
  return numbers
}

/** Adds the options of `vestige train` to its command. */
export function addTrain(command: Command, done: (code: number) => void): void {
  command
    .requiredOption('--recipe <file>', 'what is trained and how; see resources/recipes')
    .requiredOption('--data <folder...>', 'folders of aligned faces, one folder a person')
    .requiredOption('--run <folder>', 'folder of the run; the same command goes on with a run that was stopped')
    .option('--role <name=file>', 'a network that the recipe starts from or asks (ONNX or package)', parseRole)
    .addOption(
      new Option('--backend <kind>', 'what to learn on').choices(['fastest', ...backendKinds]).default('fastest'),
    )
    .option('--validate-pairs <file>', 'a pairs.txt: measure on it at every epoch, and keep its people out')
    .option('--validate-folds <n,…>', 'folds of that list, from 1', parseNumbers, [1])
    .option('--validate-at <px,…>', 'sizes that one face of a pair is shrunk to', parseNumbers, [8, 14, 112])
    .option('--min-images <n>', 'leave out people with fewer photographs', parseCount('--min-images', 1, 1e6), 1)
    .option('--max-steps <n>', 'stop after so many steps of this sitting', parseCount('--max-steps', 1, 1e9))
    .option(
      '--checkpoint-seconds <n>',
      'seconds between checkpoints',
      parseCount('--checkpoint-seconds', 1, 86_400),
      300,
    )
    .action(async (options: TrainOptions) => {
      const terminal = createTerminal(options.json === true)
      done(await guarded(terminal, (signal) => runTrain(terminal, options, signal)))
    })
}

async function runTrain(terminal: Terminal, options: TrainOptions, signal: AbortSignal): Promise<number> {
  const request: TrainRequest = {
    recipeFile: options.recipe,
    data: options.data,
    run: path.resolve(options.run),
    roles: options.role ?? new Map<string, string>(),
    backend: options.backend,
    minImages: options.minImages,
    checkpointEvery: options.checkpointSeconds,
    ...(options.maxSteps === undefined ? {} : { maxSteps: options.maxSteps }),
    ...(options.validatePairs === undefined
      ? {}
      : {
          validation: {
            pairs: options.validatePairs,
            folds: options.validateFolds,
            resolutions: options.validateAt,
          },
        }),
    signal,
    tell: reporter(terminal),
    packing: (n, total) => terminal.progress(n, total, `reading faces, ${n} of ${total}`),
  }
  const result = await train(request)
  const folder = result.model ? await packageOf(request, result, result.model) : null
  terminal.say(
    folder
      ? `Done. The package ${folder} can be measured (vestige evaluate --model ${folder}) and used (vestige import-model ${folder}).`
      : `Stopped after a checkpoint in ${request.run}. The same command goes on where it stopped.`,
  )
  const { people: _, ...told } = result
  terminal.result({ ...told, recipe: result.recipe.name, package: folder })
  return result.ended === 'paused' ? exit.cancelled : exit.ok
}

/** The finished network as a package folder, so that it can be measured and used like any other. */
async function packageOf(request: TrainRequest, result: TrainResult, model: FinishedNetwork): Promise<string> {
  const { recipe, faces, identities, device } = result
  const folder = path.join(request.run, 'package')
  const about = {
    name: recipe.name,
    version: '1',
    description: recipe.description,
    network: model.network,
    parameters: model.parameters,
    macs: model.macs,
    trainedOn: `${faces} faces of ${identities} people in ${request.data.map((each) => path.basename(each)).join(', ')}`,
    recipe: `${recipe.name} (${recipe.source}), seed ${recipe.seed}, on ${device}${result.features.map((of) => `; features of ${of}`).join('')}`,
    licence: 'unknown: as the data and the networks it was trained with allow',
    source: `vestige train --recipe ${path.basename(request.recipeFile)}`,
    validatedFrom: null,
    measurements: [],
    limits: ['Not measured yet: vestige evaluate prints how well it does.', ...LIMITS],
  }
  const pixels: PixelContract = {
    size: model.size,
    channelOrder: 'RGB',
    layout: 'NCHW',
    mean: recipe.pixels.mean,
    scale: recipe.pixels.scale,
    resampler: model.size < 112 ? 'vestige-bicubic-shrink-1' : 'vestige-bicubic-warp-1',
    alignment: 'arcface-112',
  }
  const made = { about, pixels, model: readFileSync(model.file), people: result.people }
  if (model.taps.includes('image'))
    await writeHallucinatorPackage(folder, { ...made, hallucination: { measures: [], ...sizesOf(recipe) } })
  else await writeTrainedPackage(folder, { ...made, gallery: null, flip: false, probe: null, second: null })
  return folder
}

/** Native sides of the faces that the finished network was shown, in pixels. */
function sizesOf(recipe: Recipe): { from: number; to: number } {
  const { resolutions, size } = recipe.views.find(({ name }) => name === resultView(recipe))!
  if (!resolutions) return { from: size, to: size }
  if (resolutions.kind === 'range') return { from: resolutions.from, to: resolutions.to }
  const sides = resolutions.choices.map(({ r }) => r)
  return { from: Math.min(...sides), to: Math.max(...sides) }
}

const duration = (seconds: number): string =>
  seconds < 90
    ? `${Math.ceil(seconds)} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`

/** Progress with the time that is left, live loss; other events as lines. */
export function reporter(terminal: Terminal): (event: RunEvent) => void {
  let total = 0
  let batch = 1
  let smooth: { loss: number; ms: number } | undefined
  return (event) => {
    switch (event.kind) {
      case 'phase':
        total = event.steps
        batch = event.batch
        smooth = undefined
        terminal.note(
          `Phase "${event.phase}": ${event.steps} steps of ${event.batch}, ${event.variables} trainable numbers` +
            `${event.from > 0 ? `; going on from step ${event.from}` : ''}.`,
        )
        return
      case 'step': {
        const ms = event.msPerView
        smooth = smooth
          ? { loss: 0.98 * smooth.loss + 0.02 * event.loss, ms: 0.9 * smooth.ms + 0.1 * ms }
          : { loss: event.loss, ms }
        terminal.progress(
          event.step,
          total,
          `step ${event.step} of ${total}, loss ${smooth.loss.toFixed(4)}, ${smooth.ms.toFixed(1)} ms a view, ` +
            `${duration(((total - event.step) * batch * smooth.ms) / 1000)} left`,
        )
        return
      }
      case 'validation':
        terminal.note(
          `After step ${event.step}: ${Object.entries(event.values)
            .map(([name, value]) => `${name} ${value.toFixed(4)}`)
            .join('  ')}`,
        )
        return
      case 'note':
        terminal.note(event.text)
        return
      case 'skipped':
        terminal.note(`Step ${event.step} came to nothing: its loss was not a number (${event.count} so far).`)
        return
      case 'checkpoint':
      case 'end':
    }
  }
}
