// Asks the finished ONNX networks of a recipe about the faces of a batch, and remembers what a clean face was told.
//
// A discriminative teacher is a recogniser whose first output is the embedding. A generative teacher, such as the encoder
// of a diffusion model that makes small faces large, is one file with
//   - one image input, [N, 3, S, S] or [N, S, S, 3], where S is the side of the view that it is asked about: for GDRD a
//     view of 64 px whose faces were shrunk to 16 px and enlarged. Time step, noise and condition are inside it, so that
//     the same face has the same answer. Pixels are the recipe's, or the model's own (`pixels`);
//   - an output named as the tap that terms ask for, `features`: a map [N, C, H, W], or [N, H, W, C] where the input is so;
//   - in its metadata `provenance`: what it is made of, such as pgdiff, ddpm-local or sr-autoencoder.
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { FaceCache } from '../datasets/cache.ts'
import { decodeModel } from '../nets/onnx/decode.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import type { Answer } from '../training/loop.ts'
import { inRangeOf, ownPixels, type Affine } from '../training/pixels.ts'
import type { Recipe, ViewSpec } from '../training/recipe.ts'
import { pathsOf } from '../training/step.ts'
import { neededCalls, tapKey } from '../training/taps.ts'
import { compileTerm } from '../training/terms.ts'
import { normalise, type ViewBatch } from '../training/viewBatch.ts'
import { fixedView, isFixed } from '../training/views.ts'
import { rememberedRows, type Numbers, type Rows } from './rows.ts'
import { mapPort, runFaces, type Output } from './teacherRuns.ts'

export interface File {
  readonly name: string
  readonly bytes: Uint8Array
}
export interface Teachers {
  readonly answer: Answer
  /** Networks whose maps are asked for, in words: role, what it is made of, the first digits of its SHA-256. */
  readonly provenance: readonly string[]
  /** Estimates what standardises maps, and fills what is remembered on disk, beside the cache of faces. */
  prepare(cache: FaceCache, samples: Int32Array, options: BankOptions): Promise<void>
  /**
   * Embeddings of all the run's faces, unit rows [N, D], kept beside the cache of faces for the next sitting.
   * @param of a tap of a finished network on a clean view @param samples positions in the cache
   */
  bank(of: string, cache: FaceCache, samples: Int32Array, options: BankOptions): Promise<Float32Array>
  release(): Promise<void>
}
export interface BankOptions {
  readonly signal: AbortSignal
  readonly progress?: (done: number, total: number) => void
}
interface Question {
  /** Of the tap. */
  readonly key: string
  readonly session: OnnxSession
  readonly output: Output
  readonly view: ViewSpec
  readonly mirrored: boolean
  /** What its pixels are, and what makes them of the recipe's. */
  readonly pixels: Recipe['pixels']
  readonly own: Affine | undefined
  /** SHA-256 of the network's file. */
  readonly sha256: string
  /** Embeddings by sample and flip, where the view shows a face the same way each time. */
  readonly known: Map<number, Float32Array> | null
  /** Whether a batch's faces are others than the photographs that are remembered. */
  readonly fresh: boolean
  readonly standardise: boolean
  /** Made by `prepare`: maps on disk, and mean and deviation per channel. */
  rows: Rows | null
  standard: { readonly mean: Float32Array; readonly deviation: Float32Array } | null
}

/** A view that shows a face as it is, but for its flip. */
const isClean = (view: ViewSpec): boolean => view.degrade === 'none' && view.resolutions === undefined
/** Faces that mean and deviation are estimated on. */
const STANDARD_FACES = 2000

/**
 * Opens every `onnx` model of the recipe and answers for the taps that its terms name. The networks are given the
 * recipe's own views, in the recipe's pixels or their own.
 * @returns null where the recipe asks no finished network
 * @throws UserFacingError where a role has no file, or the file is no network with one image input
 */
export async function openTeachers(recipe: Recipe, files: ReadonlyMap<string, File>): Promise<Teachers | null> {
  const sessions = new Map<string, OnnxSession>()
  const questions: Question[] = []
  const provenance = new Set<string>()
  const release = async (): Promise<void> => {
    for (const { rows } of questions) rows?.close()
    for (const each of sessions.values()) await each.release()
  }
  const own = ownPixels(recipe)
  const terms = recipe.phases.flatMap(({ steps }) => steps.flatMap((s) => s.terms.map(compileTerm)))
  try {
    for (const [asked, { model, input, view, taps }] of neededCalls(pathsOf(terms))) {
      const spec = recipe.models[model]
      if (spec?.kind !== 'onnx') continue
      if (view === undefined) throw wrong(recipe, `asks for ${asked}, but a finished network can be shown a view only`)
      const seen = recipe.views.find((v) => v.name === view)
      if (!seen) throw wrong(recipe, `asks for ${model}(${view}), but has no view "${view}"`)
      const session = sessions.get(model) ?? (await open(recipe, spec.role, files))
      sessions.set(model, session)
      const { bytes, name } = files.get(spec.role)!
      for (const tap of taps) {
        const key = tapKey({ kind: 'tap', model, input, tap })
        const output: Output = tap === 'embedding' ? { name: session.outputs[0]!.name } : mapPort(session, tap, name)
        if (output.map) {
          if (spec.mirrored)
            throw wrong(recipe, `asks for ${key}: only an embedding can be summed with its mirror image's`)
          if (spec.standardise && !isFixed(seen))
            throw wrong(recipe, `standardises ${key}, but the view "${view}" is drawn anew each time`)
          provenance.add(`${spec.role}: ${madeOf(bytes)}, ${sha256(bytes).slice(0, 16)}`)
        }
        questions.push({
          key,
          session,
          output,
          view: seen,
          mirrored: spec.mirrored,
          pixels: spec.pixels ?? recipe.pixels,
          own: own.get(model),
          sha256: sha256(bytes),
          known: isFixed(seen) && !output.map ? new Map<number, Float32Array>() : null,
          // A face that is changed each time has another answer each time.
          fresh: recipe.augment !== undefined,
          standardise: spec.standardise === true && output.map !== undefined,
          rows: null,
          standard: null,
        })
      }
    }
  } catch (error) {
    await release()
    throw error
  }
  if (questions.length === 0) return null
  return {
    provenance: [...provenance],
    async answer(batch, wanted) {
      const answers = new Map<string, { shape: number[]; data: Float32Array }>()
      for (const question of questions)
        if (wanted.has(question.key)) answers.set(question.key, await ask(question, batch))
      return answers
    },
    async prepare(cache, samples, options) {
      for (const question of questions) {
        if (!question.output.map) continue
        if (recipe.remember && !question.fresh && isFixed(question.view))
          question.rows = await fillRows(question, cache, samples, recipe.remember, options)
        if (question.standardise) question.standard = await standardOf(question, cache, samples, options)
      }
    },
    bank(of, cache, samples, options) {
      const question = questions.find(({ key, output, view }) => key === of && !output.map && isClean(view))
      if (!question)
        throw wrong(recipe, `has a bank of ${of}, which no term asks of a finished network on a clean view`)
      return fillBank(question, cache, samples, options)
    },
    release,
  }
}

const wrong = (recipe: Recipe, what: string): UserFacingError =>
  new UserFacingError('invalid-input', `The recipe "${recipe.name}" ${what}; correct the recipe.`)

const madeOf = (bytes: Uint8Array): string => decodeModel(bytes).metadata['provenance']?.slice(0, 100) ?? 'unknown'

async function open(recipe: Recipe, role: string, files: ReadonlyMap<string, File>): Promise<OnnxSession> {
  const file = files.get(role)
  if (!file)
    throw wrong(recipe, `asks a finished network that it calls "${role}": name it by --role ${role}=<file.onnx>`)
  const session = await openSession(file.bytes)
  if (session.inputs.length === 1 && session.inputs[0]!.dims.length === 4) return session
  await session.release()
  throw new UserFacingError('wrong-model', `${file.name} does not take one image; choose a face recogniser.`, {
    subject: file.name,
  })
}

async function ask(question: Question, batch: ViewBatch): Promise<{ shape: number[]; data: Float32Array }> {
  const { view, output } = question
  const { data, size, flipped } = batch.views[view.name]!
  const plane = size * size * 3
  const face = (k: number): Float32Array => inRangeOf(question.own, data.subarray(k * plane, (k + 1) * plane))
  const rows = output.map
    ? await maps(question, batch.samples, flipped, (which) => which.map(face))
    : await embeddings(question, batch.samples, flipped, face)
  const length = rows[0]!.length
  const out = new Float32Array(rows.length * length)
  for (const [k, row] of rows.entries()) out.set(row, k * length)
  return { shape: [rows.length, ...(output.map ?? [length])], data: out }
}

async function embeddings(
  { session, output, mirrored, fresh, known: all, view }: Question,
  samples: Int32Array,
  flipped: Uint8Array,
  face: (k: number) => Float32Array,
): Promise<Float32Array[]> {
  const known = fresh ? null : all
  const rows: Float32Array[] = []
  for (const [k, sample] of samples.entries()) {
    // The sum of a face's and its mirror image's embedding is the same for both.
    const id = 2 * sample + (mirrored ? 0 : flipped[k]!)
    let answer = known?.get(id)
    if (!answer) {
      answer = await embedding(session, output, face(k), view.size, mirrored)
      known?.set(id, answer)
    }
    rows.push(answer)
  }
  return rows
}

/** Standardised maps of a batch: from disk, or asked all at once. */
async function maps(
  { session, output, view, rows, standard }: Question,
  samples: Int32Array,
  flipped: Uint8Array,
  faces: (which: number[]) => Float32Array[],
): Promise<Float32Array[]> {
  const found = rows
    ? Array.from(samples, (sample, k) => rows.read(sides(view) * sample + flipped[k]!))
    : await runFaces(session, output, faces([...samples.keys()]), view.size)
  return standard ? found.map((row) => standardised(row, standard)) : found
}

function standardised(row: Float32Array, { mean, deviation }: NonNullable<Question['standard']>): Float32Array {
  const channels = mean.length
  return row.map((value, i) => (value - mean[i % channels]!) / deviation[i % channels]!)
}

/** Rows of one face: as it is and, where the view flips, mirrored. */
const sides = ({ flip }: ViewSpec): 1 | 2 => (flip === 'none' ? 1 : 2)

const hashOf = (samples: Int32Array): string =>
  sha256(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))

/** A photograph as a fixed view shows it, in the network's own pixels. */
function shown({ view, pixels }: Question, cache: FaceCache, i: number, flipped: boolean): Float32Array {
  const face = new Float32Array(view.size * view.size * 3)
  normalise(fixedView(cache.read(i), view, flipped), pixels, face, 0)
  return face
}

/** @returns null where the disk has no room: then the network is asked each time */
function fillRows(
  question: Question,
  cache: FaceCache,
  samples: Int32Array,
  numbers: Numbers,
  options: BankOptions,
): Promise<Rows | null> {
  const { session, output, view, pixels, sha256: network } = question
  const per = sides(view)
  return rememberedRows({
    folder: cache.folder,
    key: sha256(JSON.stringify([network, output, pixels, view, cache.sha256, hashOf(samples)])).slice(0, 16),
    count: samples.length * per,
    length: output.map!.reduce((a, b) => a * b, 1),
    numbers,
    async make(from, to) {
      const faces = Array.from({ length: to - from }, (_, k) => {
        const i = from + k
        return shown(question, cache, samples[Math.floor(i / per)]!, i % per === 1)
      })
      return joined(await runFaces(session, output, faces, view.size))
    },
    ...options,
  })
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0))
  let at = 0
  for (const row of rows) {
    out.set(row, at)
    at += row.length
  }
  return out
}

/** Mean and deviation of each channel over faces spread evenly over the run's. */
async function standardOf(
  question: Question,
  cache: FaceCache,
  samples: Int32Array,
  options: BankOptions,
): Promise<NonNullable<Question['standard']>> {
  const { session, output, view, pixels, rows, sha256: network } = question
  const channels = output.map!.at(-1)!
  const count = Math.min(STANDARD_FACES, samples.length)
  const chosen = Array.from({ length: count }, (_, k) => Math.floor((k * samples.length) / count))
  const made = await rememberedRows({
    folder: cache.folder,
    key: sha256(JSON.stringify(['standard', network, output, pixels, view, cache.sha256, hashOf(samples)])).slice(
      0,
      16,
    ),
    count: 2,
    length: channels,
    async make() {
      const sum = new Float64Array(channels)
      const squares = new Float64Array(channels)
      let cells = 0
      for (const [done, k] of chosen.entries()) {
        options.signal.throwIfAborted()
        options.progress?.(done, count)
        const row =
          rows?.read(sides(view) * k) ??
          (await runFaces(session, output, [shown(question, cache, samples[k]!, false)], view.size))[0]!
        for (const [i, value] of row.entries()) {
          sum[i % channels]! += value
          squares[i % channels]! += value * value
        }
        cells += row.length / channels
      }
      const mean = sum.map((s) => s / cells)
      const deviation = squares.map((s, c) => Math.sqrt(Math.max(1e-12, s / cells - mean[c]! ** 2)))
      return Float32Array.of(...mean, ...deviation)
    },
    signal: options.signal,
  })
  if (!made) throw new UserFacingError('unavailable', 'The disk is full: make room, then go on with the training.')
  const [mean, deviation] = [made.read(0), made.read(1)]
  made.close()
  return { mean, deviation }
}

async function fillBank(
  question: Question,
  cache: FaceCache,
  samples: Int32Array,
  options: BankOptions,
): Promise<Float32Array> {
  const { session, output, view, mirrored, pixels, known, sha256: network } = question
  const size = view.size === cache.size ? [] : [view.size]
  const key = sha256(JSON.stringify([network, mirrored, pixels, cache.sha256, hashOf(samples), ...size])).slice(0, 16)
  const dim = Number(session.outputs[0]!.dims.at(-1))
  const kept = await rememberedRows({
    folder: cache.folder,
    key,
    count: samples.length,
    length: dim,
    async make(from, to) {
      const rows: Float32Array[] = []
      for (const i of samples.subarray(from, to)) {
        options.signal.throwIfAborted()
        const one = await embedding(session, output, shown(question, cache, i, false), view.size, mirrored)
        rows.push(mirrored ? one : unitSum(one, one))
      }
      return joined(rows)
    },
    ...options,
  })
  if (!kept) throw new UserFacingError('unavailable', 'The disk is full: make room, then go on with the training.')
  const rows = joined(Array.from(samples.keys(), (k) => kept.read(k)))
  kept.close()
  if (mirrored) for (const k of samples.keys()) known?.set(2 * k, rows.subarray(k * dim, (k + 1) * dim))
  return rows
}

/** One face's embedding as it is, or of unit length and summed with its mirror image's. */
async function embedding(
  session: OnnxSession,
  output: Output,
  face: Float32Array,
  size: number,
  mirrored: boolean,
): Promise<Float32Array> {
  const [plain] = await runFaces(session, output, [face], size)
  if (!mirrored) return plain!
  const [other] = await runFaces(session, output, [face], size, true)
  return unitSum(plain!, other!)
}

/** unit(unit(a) + unit(b)) */
function unitSum(a: Float32Array, b: Float32Array): Float32Array {
  const norm = (v: Float32Array): number => Math.max(1e-12, Math.hypot(...v))
  const [na, nb] = [norm(a), norm(b)]
  const sum = a.map((value, i) => value / na + b[i]! / nb)
  const n = norm(sum)
  return sum.map((value) => value / n)
}
