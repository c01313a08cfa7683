// For tests: small sets of faces, finished networks of a few weights, and GDRD's recipes at their scale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { blocks, put } from '../datasets/testFaces.ts'
import { resource } from '../base/root.ts'
import { build } from '../nets/build.ts'
import { toOnnx } from '../nets/onnx/lower.ts'
import { plausibleWeights } from '../nets/testSupport.ts'
import type { BackendKind } from '../runtime/learn/backend.ts'
import { readCheckpoint, listCheckpoints, type Checkpoint } from '../training/checkpoint.ts'
import type { RunEvent } from '../training/events.ts'
import { Recipe } from '../training/recipe.ts'
import { train, type TrainRequest, type TrainResult } from './train.ts'

/** Side of the student's input, and numbers of an embedding. */
export const SIDE = 8
export const EMBEDDING = 8
/** Channels of the generative teacher's map, 2 x 2. */
export const CHANNELS = 6

/** `people` folders with `each` pictures of 112 px. */
export async function writeFaces(root: string, people: number, each: number): Promise<void> {
  const files: Record<string, ReturnType<typeof blocks>> = {}
  for (let p = 0; p < people; p++)
    for (let k = 1; k <= each; k++) files[`p${p}/p${p}_000${k}.png`] = blocks(1000 * p + k, 112)
  await put(root, files)
}

/** A recogniser of 16 px, and an encoder of 16 px that gives a map, as ONNX files by role. */
export function writeTeachers(folder: string): Map<string, string> {
  mkdirSync(folder, { recursive: true })
  const write = (name: string, bytes: Uint8Array): string => {
    writeFileSync(path.join(folder, name), bytes)
    return path.join(folder, name)
  }
  const g = build('recogniser')
  const x = g.relu('act', g.conv('conv', g.input([16, 16, 3]), { filters: 4, kernel: 3, stride: 4, pad: 1 }))
  const recogniser = g.done({ embedding: g.dense('dense', g.flatten('flat', x, 'chw'), { units: EMBEDDING }) })
  const e = build('encoder')
  const map = e.conv('conv', e.input([16, 16, 3]), { filters: CHANNELS, kernel: 8, stride: 8, bias: true })
  const encoder = e.done({ features: map })
  return new Map([
    ['teacher', write('teacher.onnx', toOnnx(recogniser, plausibleWeights(recogniser, 1)))],
    [
      'generative',
      write(
        'generative.onnx',
        toOnnx(encoder, plausibleWeights(encoder, 2), { metadata: { provenance: 'sr-autoencoder' } }),
      ),
    ],
  ])
}

/** A shipped recipe of D, or ours, with networks of a few weights and so many steps in each phase. */
export function shrunk(file: string, steps: readonly number[], faces: number, batch = 4): Recipe {
  const recipe = Recipe.parse(JSON.parse(readFileSync(resource('recipes', ...file.split('/')), 'utf8')))
  for (const view of recipe.views) {
    if (view.name === 'lr') view.size = SIDE
    else view.size = 16
    if (view.name === 'enlarged') view.resolutions = { kind: 'choices', choices: [{ r: SIDE, p: 1 }] }
  }
  const configs: Record<string, Record<string, number>> = {
    'gdrd-student': { input: SIDE, width: 8, hidden: 8, embedding: EMBEDDING },
    'gdrd-adapter': { side: 2, channels: 32, filters: CHANNELS },
    'gdrd-relation': { embedding: EMBEDDING, hidden: 8, relation: 8 },
  }
  for (const model of Object.values(recipe.models))
    if (model.kind === 'network' && configs[model.network]) model.config = configs[model.network]!
  for (const head of Object.values(recipe.heads)) head.embedding = EMBEDDING
  for (const [i, phase] of recipe.phases.entries()) {
    phase.batch = batch
    phase.epochs = (steps[i]! * batch) / faces
    phase.rate = { kind: 'constant', init: 0.01, warmup: 0 }
    phase.optimiser = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0 }
  }
  return recipe
}

export interface Ran {
  readonly result: TrainResult
  readonly events: readonly RunEvent[]
  /** By phase. */
  readonly losses: readonly (readonly number[])[]
  /** Of the newest checkpoints, the newest first. */
  readonly checkpoints: readonly Checkpoint[]
}

/** Runs a recipe in `folder/<name>`, as `vestige train` does. */
export async function runRecipeIn(
  folder: string,
  name: string,
  recipe: Recipe,
  given: Pick<TrainRequest, 'data' | 'roles'> & { maxSteps?: number; backend?: BackendKind },
): Promise<Ran> {
  const recipeFile = path.join(folder, `${name}.json`)
  writeFileSync(recipeFile, JSON.stringify(recipe))
  const run = path.join(folder, name)
  const events: RunEvent[] = []
  const losses: number[][] = []
  const result = await train({
    backend: 'cpu',
    recipeFile,
    run,
    ...given,
    checkpointEvery: 1e9,
    signal: new AbortController().signal,
    tell(event) {
      events.push(event)
      if (event.kind === 'phase') losses.push([])
      if (event.kind === 'step') losses.at(-1)!.push(event.loss)
    },
  })
  const { run: hash } = JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')) as { run: string }
  const checkpoints = listCheckpoints(path.join(run, 'checkpoints')).map((each) => readCheckpoint(each, hash))
  return { result, events, losses, checkpoints }
}
