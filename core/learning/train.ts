// A whole training run: a recipe and folders of faces in, a run folder with log, checkpoints and the finished network out.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { FaceCache } from '../datasets/cache.ts'
import { count } from '../nets/count.ts'
import { inputOf } from '../nets/graph.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { inferShapes } from '../nets/shapes.ts'
import type { WeightStore } from '../nets/weights.ts'
import type { BackendKind, LearnBackend } from '../runtime/learn/backend.ts'
import { chooseBackend } from '../runtime/learn/choose.ts'
import { checkRecipe } from '../training/check.ts'
import type { RunEvent } from '../training/events.ts'
import { openFeed } from '../training/feed.ts'
import { runRecipe } from '../training/loop.ts'
import { createModels, type Models } from '../training/models.ts'
import { pathsOf, type Bank } from '../training/step.ts'
import { neededLabels } from '../training/taps.ts'
import { compileTerm } from '../training/terms.ts'
import type { PriorPlan } from '../training/viewBatch.ts'
import { Recipe } from '../training/recipe.ts'
import { partsOf, resultNetwork } from '../training/result.ts'
import { nameHash } from './evaluateLeak.ts'
import { facesOf } from './faces.ts'
import { landmarksOf } from './landmarks.ts'
import { rememberFixed } from './remember.ts'
import { openTeachers, type File } from './teacher.ts'
import { timeStep } from './timeStep.ts'
import { createValidation, type ValidationRequest } from './validation.ts'

export interface TrainRequest {
  readonly recipeFile: string
  /** Folders of aligned faces; people of the same name in two of them are one. */
  readonly data: readonly string[]
  /** Folder of the run: made, or gone on with. */
  readonly run: string
  /** ONNX files by the names that the recipe calls them. */
  readonly roles: ReadonlyMap<string, string>
  readonly backend: BackendKind | 'fastest'
  readonly validation?: ValidationRequest
  /** Leaves out people with fewer photographs. */
  readonly minImages?: number
  readonly maxSteps?: number
  /** Seconds between checkpoints. */
  readonly checkpointEvery: number
  readonly signal: AbortSignal
  readonly tell: (event: RunEvent) => void
  readonly packing?: (done: number, total: number) => void
}
export interface TrainResult {
  readonly ended: 'done' | 'paused' | 'steps'
  readonly recipe: Recipe
  readonly device: string
  readonly faces: number
  readonly identities: number
  /** Finished networks whose maps were learned from: role, what each is made of, the first digits of its SHA-256. */
  readonly features: readonly string[]
  /** Hashed names of the people, sorted. */
  readonly people: readonly string[]
  /** The finished network, where the run was done. */
  readonly model: FinishedNetwork | null
}
export interface FinishedNetwork {
  /** model.onnx in the run's folder. */
  readonly file: string
  /** As in the recipe: name and settings. */
  readonly network: string
  readonly parameters: number
  readonly macs: number
  /** Side of its input. */
  readonly size: number
  /** What it gives: `embedding`, or `image` and what else the recipe names. */
  readonly taps: readonly string[]
}

/** @throws UserFacingError that names the recipe's file and the place in it that is wrong */
export function readRecipe(file: string): Recipe {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new UserFacingError(
      'unreadable-file',
      `The recipe ${file} cannot be read: ${cause instanceof SyntaxError ? 'it is not valid JSON' : 'there is no such file'}.`,
      { subject: file, cause },
    )
  }
  const parsed = Recipe.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UserFacingError(
    'invalid-input',
    `The recipe ${file} is not valid at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unknown'}.`,
    { subject: file, cause: z.prettifyError(parsed.error) },
  )
}

/** Runs, or goes on with, a training. @throws UserFacingError */
export async function train(request: TrainRequest): Promise<TrainResult> {
  const recipe = readRecipe(request.recipeFile)
  checkRecipe(recipe)
  const files = readRoles(request.roles)
  const { cache, samples, labels, identities } = await facesOf(request)
  const run = runHash(recipe, cache, samples, files)
  mkdirSync(request.run, { recursive: true })
  keepRecipe(request, recipe, run)
  const log = openLog(request)
  const teachers = await openTeachers(recipe, files)
  let backend: LearnBackend | undefined
  try {
    const reading = {
      signal: request.signal,
      progress: (done: number, total: number) => request.packing?.(done, total),
    }
    await teachers?.prepare(cache, samples, reading)
    const rows = new Map<string, Float32Array>()
    for (const [name, { of }] of Object.entries(recipe.banks)) {
      const bank = await teachers?.bank(of, cache, samples, reading)
      if (bank) rows.set(name, bank)
    }
    const priors = await priorsOf(recipe, cache, request)
    /** Everything of a sitting that does not depend on why it is made. */
    const sitting = (on: LearnBackend, models: Models) => ({
      tf: on.tf,
      recipe,
      models,
      samples: samples.length,
      classes: identities.length,
      run,
      openFeed: (batch: number, first: number) =>
        openFeed(
          {
            cache: cache.folder,
            samples,
            labels,
            views: recipe.views,
            pixels: recipe.pixels,
            seed: recipe.seed,
            batch,
            ...(priors ? { priors } : {}),
            ...(recipe.augment ? { augment: recipe.augment } : {}),
          },
          first,
        ),
      ...(teachers ? { answer: teachers.answer } : {}),
      banks: new Map([...rows].map(([name, bank]) => [name, bankOf(on.tf, bank, labels)])),
    })
    const modelsOn = (on: LearnBackend): Models => createModels(on.tf, recipe, identities.length, files, on)

    log.tell({ kind: 'note', text: `${samples.length} faces of ${identities.length} people.` })
    const { chosen, sentence } = await chooseBackend({
      ...(request.backend === 'fastest' ? {} : { prefer: request.backend }),
      time: (on) => {
        const trial = sitting(on, modelsOn(on))
        return timeStep(trial, request.signal).finally(() => {
          trial.models.dispose()
          for (const { directions, labels: of } of trial.banks.values()) on.tf.dispose([directions, of])
        })
      },
    })
    backend = chosen
    log.tell({ kind: 'note', text: sentence })
    for (const text of teachers?.provenance ?? []) log.tell({ kind: 'note', text: `Features of ${text}.` })
    const models = modelsOn(backend)
    const { tf } = backend
    const note = (text: string): void => log.tell({ kind: 'note', text })
    const validate = request.validation
      ? createValidation(request.validation, recipe, backend, models, cache)
      : undefined
    const ended = await runRecipe({
      ...sitting(backend, models),
      folder: request.run,
      remember: (phase) => rememberFixed({ tf, recipe, models, cache, samples, note, ...reading }, phase),
      signal: request.signal,
      tell: log.tell,
      checkpointEvery: request.checkpointEvery,
      ...(request.maxSteps === undefined ? {} : { maxSteps: request.maxSteps }),
      ...(validate ? { validate } : {}),
    })
    const people = identities.map(nameHash).sort()
    const model = ended === 'done' ? await writeModel(request.run, recipe, models) : null
    models.dispose()
    writeFileSync(path.join(request.run, 'training-people.txt'), `${people.join('\n')}\n`)
    return {
      ended,
      recipe,
      device: backend.device,
      faces: samples.length,
      identities: identities.length,
      features: teachers?.provenance ?? [],
      people,
      model,
    }
  } finally {
    await teachers?.release()
    cache.close()
    backend?.close()
  }
}

/** Where the recipe's terms ask for landmarks or parts of the faces: the file of all faces' points, found where it is not there. */
async function priorsOf(recipe: Recipe, cache: FaceCache, request: TrainRequest): Promise<PriorPlan | undefined> {
  const terms = recipe.phases.flatMap(({ steps }) => steps.flatMap((step) => step.terms.map(compileTerm)))
  const wanted = neededLabels(pathsOf(terms))
  if (wanted.length === 0 || !recipe.priors) return undefined
  const { file } = await landmarksOf(cache, {
    signal: request.signal,
    progress: (done, total) => request.packing?.(done, total),
  })
  return { ...recipe.priors, wanted, points: file }
}

function readRoles(roles: ReadonlyMap<string, string>): Map<string, File> {
  return new Map(
    [...roles].map(([role, file]) => {
      const place = existsSync(path.join(file, 'model.onnx')) ? path.join(file, 'model.onnx') : file
      try {
        return [role, { name: path.basename(place), bytes: readFileSync(place) }]
      } catch (cause) {
        throw new UserFacingError('not-found', `There is no file ${file} for the role "${role}".`, {
          subject: file,
          cause,
        })
      }
    }),
  )
}

/** What makes two runs the same: recipe, pixels, which faces, and the networks it begins with. */
function runHash(recipe: Recipe, cache: FaceCache, samples: Int32Array, files: ReadonlyMap<string, File>): string {
  return sha256(
    JSON.stringify([
      recipe,
      cache.sha256,
      sha256(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)),
      [...files].map(([role, { bytes }]) => [role, sha256(bytes)]),
    ]),
  )
}

/** The recipe travels with its run. */
function keepRecipe({ run: folder, data, roles }: TrainRequest, recipe: Recipe, run: string): void {
  const text = JSON.stringify({ run, recipe, data, roles: Object.fromEntries(roles) }, null, 2)
  const draft = path.join(folder, '.run.json')
  writeFileSync(draft, `${text}\n`)
  renameSync(draft, path.join(folder, 'run.json'))
}

/** Every event is a line of `log.jsonl`, which a second sitting goes on with. */
function openLog({ run, tell }: TrainRequest): { tell: (event: RunEvent) => void } {
  const file = path.join(run, 'log.jsonl')
  return {
    tell(event) {
      writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`, { flag: 'a' })
      tell(event)
    },
  }
}

function bankOf(tf: LearnBackend['tf'], rows: Float32Array, labels: Int32Array): Bank {
  const directions = tf.tidy(() => tf.transpose(tf.tensor2d(rows, [labels.length, rows.length / labels.length])))
  return { directions, labels: tf.tensor1d(labels, 'int32') }
}

async function writeModel(folder: string, recipe: Recipe, models: Models): Promise<FinishedNetwork> {
  const weights = new Map<string, WeightStore>()
  for (const [name, network] of models.networks) weights.set(name, await network.weights())
  const { graph, weights: all } = resultNetwork(recipe, (model) => ({
    graph: models.networks.get(model)!.graph,
    weights: weights.get(model)!,
  }))
  const taps = Object.keys(graph.taps)
  const bytes = toOnnx(graph, all, { taps, metadata: { recipe: recipe.name } })
  const file = path.join(folder, 'model.onnx')
  writeFileSync(`${file}.tmp`, bytes, { flush: true })
  renameSync(`${file}.tmp`, file)
  const used = Object.entries(recipe.models).filter(([name]) => partsOf(recipe).has(name))
  const told = used.map(([, spec]) =>
    spec.kind === 'network'
      ? [spec.network, ...Object.entries(spec.config).map(([key, value]) => `${key} ${value}`)].join(', ')
      : '',
  )
  const size = inferShapes(graph).get(inputOf(graph).id)![0]!
  return { file, network: told.join('; '), ...count(graph), size, taps }
}
