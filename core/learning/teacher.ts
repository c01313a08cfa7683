// Asks the finished ONNX networks of a recipe about the faces of a batch, and remembers what a clean face was told.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { FaceCache } from '../datasets/cache.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import type { Answer } from '../training/loop.ts'
import { inRangeOf, ownPixels, type Affine } from '../training/pixels.ts'
import type { Recipe, ViewSpec } from '../training/recipe.ts'
import { pathsOf } from '../training/step.ts'
import { neededCalls, tapKey } from '../training/taps.ts'
import { compileTerm } from '../training/terms.ts'
import { normalise, type ViewBatch } from '../training/viewBatch.ts'

export interface File {
  readonly name: string
  readonly bytes: Uint8Array
}
export interface Teachers {
  readonly answer: Answer
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
  readonly view: string
  readonly mirrored: boolean
  /** What its pixels are, and what makes them of the recipe's. */
  readonly pixels: Recipe['pixels']
  readonly own: Affine | undefined
  /** SHA-256 of the network's file. */
  readonly sha256: string
  /** Answers by sample and flip, where the view shows a face as it is. */
  readonly known: Map<number, Float32Array> | null
  /** Whether a batch's faces are others than the photographs that are remembered. */
  readonly fresh: boolean
}

/** A view that shows a face as it is, but for its flip. */
const isClean = (view: ViewSpec): boolean => view.degrade === 'none' && view.resolutions === undefined

/**
 * Opens every `onnx` model of the recipe and answers for the taps that its terms name. The networks are given the
 * recipe's own views, in the recipe's pixels or their own.
 * @returns null where the recipe asks no finished network
 * @throws UserFacingError where a role has no file, or the file is no network with one image input
 */
export async function openTeachers(recipe: Recipe, files: ReadonlyMap<string, File>): Promise<Teachers | null> {
  const sessions = new Map<string, OnnxSession>()
  const questions: Question[] = []
  const release = async (): Promise<void> => {
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
      for (const tap of taps) {
        if (tap !== 'embedding')
          throw wrong(recipe, `asks for ${model}(${view}).${tap}, but a finished network gives its embedding only`)
        const key = tapKey({ kind: 'tap', model, input, tap })
        const hash = sha256(files.get(spec.role)!.bytes)
        const known = isClean(seen) ? new Map<number, Float32Array>() : null
        // A face that is changed each time has another answer each time.
        const fresh = recipe.augment !== undefined
        const { mirrored, pixels = recipe.pixels } = spec
        questions.push({ key, session, view, mirrored, pixels, own: own.get(model), sha256: hash, known, fresh })
      }
    }
  } catch (error) {
    await release()
    throw error
  }
  if (questions.length === 0) return null
  return {
    async answer(batch) {
      const answers = new Map<string, { shape: number[]; data: Float32Array }>()
      for (const question of questions) answers.set(question.key, await ask(question, batch))
      return answers
    },
    bank(of, cache, samples, options) {
      const question = questions.find(({ key, known }) => key === of && known !== null)
      if (!question)
        throw wrong(recipe, `has a bank of ${of}, which no term asks of a finished network on a clean view`)
      return fillBank(question, cache, samples, options)
    },
    release,
  }
}

const wrong = (recipe: Recipe, what: string): UserFacingError =>
  new UserFacingError('invalid-input', `The recipe "${recipe.name}" ${what}; correct the recipe.`)

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
  const { session, view, mirrored, own, fresh } = question
  const known = fresh ? null : question.known
  const { data, size, flipped } = batch.views[view]!
  const plane = size * size * 3
  const rows: Float32Array[] = []
  for (const [k, sample] of batch.samples.entries()) {
    // The sum of a face's and its mirror image's embedding is the same for both.
    const id = 2 * sample + (mirrored ? 0 : flipped[k]!)
    let answer = known?.get(id)
    if (!answer) {
      const pixels = inRangeOf(own, data.subarray(k * plane, (k + 1) * plane))
      const first = await embed(session, pixels, size, false)
      answer = mirrored ? unitSum(first, await embed(session, pixels, size, true)) : first
      known?.set(id, answer)
    }
    rows.push(answer)
  }
  const dim = rows[0]!.length
  const out = new Float32Array(rows.length * dim)
  for (const [k, row] of rows.entries()) out.set(row, k * dim)
  return { shape: [rows.length, dim], data: out }
}

async function fillBank(
  { session, mirrored, pixels, known, sha256: network }: Question,
  cache: FaceCache,
  samples: Int32Array,
  { signal, progress }: BankOptions,
): Promise<Float32Array> {
  const which = sha256(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
  const name = sha256(JSON.stringify([network, mirrored, pixels, cache.sha256, which])).slice(0, 16)
  const file = path.join(cache.folder, `answers-${name}.f32`)
  const dim = Number(session.outputs[0]!.dims.at(-1))
  let rows: Float32Array
  if (existsSync(file) && readFileSync(file).length === samples.length * dim * 4)
    rows = new Float32Array(Uint8Array.from(readFileSync(file)).buffer)
  else {
    rows = new Float32Array(samples.length * dim)
    const face = new Float32Array(cache.size * cache.size * 3)
    for (const [k, i] of samples.entries()) {
      signal.throwIfAborted()
      normalise(cache.read(i), pixels, face, 0)
      const plain = await embed(session, face, cache.size, false)
      rows.set(unitSum(plain, mirrored ? await embed(session, face, cache.size, true) : plain), k * dim)
      if (k % 50 === 0) progress?.(k, samples.length)
    }
    writeFileSync(`${file}.tmp`, rows, { flush: true })
    renameSync(`${file}.tmp`, file)
  }
  if (mirrored) for (const k of samples.keys()) known?.set(2 * k, rows.subarray(k * dim, (k + 1) * dim))
  return rows
}

/** One face, [size, size, 3] → the network's first output, as it is. */
async function embed(session: OnnxSession, face: Float32Array, size: number, mirror: boolean): Promise<Float32Array> {
  const input = session.inputs[0]!
  const planar = input.dims[1] === 3
  const fed = new Float32Array(face.length)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < 3; c++) {
        const value = face[(y * size + (mirror ? size - 1 - x : x)) * 3 + c]!
        fed[planar ? (c * size + y) * size + x : (y * size + x) * 3 + c] = value
      }
  const dims = planar ? [1, 3, size, size] : [1, size, size, 3]
  const { data } = (await session.run({ [input.name]: { dims, data: fed } }))[session.outputs[0]!.name]!
  return Float32Array.from(data)
}

/** unit(unit(a) + unit(b)) */
function unitSum(a: Float32Array, b: Float32Array): Float32Array {
  const norm = (v: Float32Array): number => Math.max(1e-12, Math.hypot(...v))
  const [na, nb] = [norm(a), norm(b)]
  const sum = a.map((value, i) => value / na + b[i]! / nb)
  const n = norm(sum)
  return sum.map((value) => value / n)
}
