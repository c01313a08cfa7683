// Computes once per phase what the phase does not change: the untrained part of a network, asked about a fixed view.
import { sha256 } from '../base/sha256.ts'
import type { FaceCache } from '../datasets/cache.ts'
import { fixedEnds } from '../nets/fixedPart.ts'
import { inputOf, nodeTap } from '../nets/graph.ts'
import { inferShapes, sizeOf } from '../nets/shapes.ts'
import type { TensorFlow } from '../nets/tensorflow.ts'
import type { Remembered } from '../training/loop.ts'
import { groupVariables, type Models } from '../training/models.ts'
import { ownPixels } from '../training/pixels.ts'
import type { Phase, Recipe, ViewSpec } from '../training/recipe.ts'
import { answers, pathsOf } from '../training/step.ts'
import { neededCalls, tapKey, type Call, type NetworkPath } from '../training/taps.ts'
import { compileTerm } from '../training/terms.ts'
import { normalise } from '../training/viewBatch.ts'
import { fixedView, isFixed } from '../training/views.ts'
import { rememberedRows, type Rows } from './rows.ts'

export interface RememberInput {
  readonly tf: TensorFlow
  readonly recipe: Recipe
  readonly models: Models
  readonly cache: FaceCache
  /** The run's faces, as positions in the cache. */
  readonly samples: Int32Array
  readonly signal: AbortSignal
  readonly progress?: (done: number, total: number) => void
  /** What is remembered, and what is not because the disk is full. */
  readonly note: (text: string) => void
}

interface Part {
  readonly view: ViewSpec
  readonly paths: readonly NetworkPath[]
  /** Of each path's answer for one face. */
  readonly shapes: readonly (readonly number[])[]
  readonly rows: Rows
}

/** Rows of one face: as it is and, where the view flips, mirrored. */
const sides = ({ flip }: ViewSpec): 1 | 2 => (flip === 'none' ? 1 : 2)

/**
 * @returns answers for `model(view).#node`, read from disk; null where the recipe does not ask for it ("remember"), or
 *   nothing that the phase needs stays the same: faces are augmented, views drawn anew, statistics of the batch used
 */
export async function rememberFixed(input: RememberInput, phase: Phase): Promise<Remembered | null> {
  const { recipe, models } = input
  if (recipe.remember === undefined || recipe.augment) return null
  const trained = groupVariables(
    models,
    phase.steps.flatMap(({ train }) => train),
  )
  const terms = phase.steps.flatMap((step) => step.terms.map(compileTerm))
  const parts: Part[] = []
  for (const call of neededCalls(pathsOf(terms)).values()) {
    const part = await partOf(input, phase, call, trained)
    if (part) parts.push(part)
  }
  if (parts.length === 0) return null
  return {
    answer: (batch) => Promise.resolve(new Map(parts.flatMap((part) => read(part, batch)))),
    close: () => parts.forEach(({ rows }) => rows.close()),
  }
}

async function partOf(
  input: RememberInput,
  phase: Phase,
  { model, view: name, taps }: Call,
  trained: ReadonlyMap<string, unknown>,
): Promise<Part | null> {
  const { recipe, models, cache, samples, signal, progress, note } = input
  const network = models.networks.get(model)
  const view = recipe.views.find((each) => each.name === name)
  if (!network || !view || !isFixed(view) || inputOf(network.graph).attributes.shape[2] !== 3) return null
  const within = (weights: string): boolean =>
    [...trained.keys()].some((each) => each.startsWith(`${model}/${weights}/`))
  if (phase.batchNorm === 'train' && [...trained.keys()].some((each) => each.startsWith(`${model}/`))) return null
  const ends = fixedEnds(network.graph, [...taps], within)
  if (ends.length === 0) return null
  const all = inferShapes(network.graph)
  const shapes = ends.map((id) => all.get(id)!)
  const paths = ends.map((id): NetworkPath => ({
    kind: 'tap',
    model,
    input: [{ kind: 'view', view: view.name }],
    tap: nodeTap(id),
  }))
  const rows = await rememberedRows({
    folder: cache.folder,
    key: await keyOf(input, model, view, ends, trained),
    count: samples.length * sides(view),
    length: shapes.reduce((sum, shape) => sum + sizeOf(shape), 0),
    ...(recipe.remember === undefined ? {} : { numbers: recipe.remember }),
    make: (from, to) => ask(input, view, paths, from, to),
    signal,
    ...(progress ? { progress } : {}),
  })
  const what = `${model}(${view.name}) up to ${ends.join(', ')}`
  note(
    rows ? `${what} is computed once for phase "${phase.name}".` : `There is no room on the disk to remember ${what}.`,
  )
  return rows && { view, paths, shapes, rows }
}

/** What the rows follow from. */
async function keyOf(
  { recipe, models, cache, samples }: RememberInput,
  model: string,
  view: ViewSpec,
  ends: readonly string[],
  trained: ReadonlyMap<string, unknown>,
): Promise<string> {
  const { graph } = models.networks.get(model)!
  const weights: string[] = []
  for (const [name, variable] of models.all)
    if (name.startsWith(`${model}/`) && !trained.has(name)) {
      const data = (await variable.data()) as Float32Array
      weights.push(`${name} ${sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`)
    }
  const which = sha256(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
  const pixels = [recipe.pixels, ownPixels(recipe).get(model) ?? null]
  return sha256(JSON.stringify([graph.nodes, ends, weights, view, pixels, cache.sha256, which])).slice(0, 16)
}

async function ask(
  { tf, recipe, models, cache, samples }: RememberInput,
  view: ViewSpec,
  paths: readonly NetworkPath[],
  from: number,
  to: number,
): Promise<Float32Array> {
  const plane = view.size * view.size * 3
  const x = new Float32Array((to - from) * plane)
  const per = sides(view)
  for (let i = from; i < to; i++)
    normalise(
      fixedView(cache.read(samples[Math.floor(i / per)]!), view, i % per === 1),
      recipe.pixels,
      x,
      (i - from) * plane,
    )
  const context = { tf, networks: models.networks, pixels: ownPixels(recipe) }
  const joined = tf.tidy(() => {
    const views = new Map([[view.name, tf.tensor4d(x, [to - from, view.size, view.size, 3])]])
    return tf.concat(
      answers(context, paths, { views }).map((y) => tf.reshape(y, [to - from, -1])),
      1,
    )
  })
  const data = (await joined.data()) as Float32Array
  joined.dispose()
  return data
}

function read(
  { view, paths, shapes, rows }: Part,
  batch: Parameters<Remembered['answer']>[0],
): (readonly [string, { shape: number[]; data: Float32Array }])[] {
  const { flipped } = batch.views[view.name]!
  const count = batch.samples.length
  const out = shapes.map((shape) => new Float32Array(count * sizeOf(shape as never)))
  for (const [k, sample] of batch.samples.entries()) {
    const row = rows.read(sides(view) * sample + flipped[k]!)
    let at = 0
    for (const [p, shape] of shapes.entries()) {
      const size = sizeOf(shape as never)
      out[p]!.set(row.subarray(at, at + size), k * size)
      at += size
    }
  }
  return paths.map((path, p) => [tapKey(path), { shape: [count, ...shapes[p]!], data: out[p]! }] as const)
}
