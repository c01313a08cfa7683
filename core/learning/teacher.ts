// Asks the finished ONNX networks of a recipe about the faces of a batch, and remembers what a clean face was told.
import { UserFacingError } from '../contract/errors.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import type { Answer } from '../training/loop.ts'
import type { Recipe, ViewSpec } from '../training/recipe.ts'
import { neededTaps } from '../training/step.ts'
import { tapKey } from '../training/taps.ts'
import { compileTerm } from '../training/terms.ts'
import type { ViewBatch } from '../training/viewBatch.ts'

export interface File {
  readonly name: string
  readonly bytes: Uint8Array
}
export interface Teachers {
  readonly answer: Answer
  release(): Promise<void>
}
interface Question {
  /** Of the tap. */
  readonly key: string
  readonly session: OnnxSession
  readonly view: string
  readonly mirrored: boolean
  /** Answers by sample and flip, where the view shows a face as it is. */
  readonly known: Map<number, Float32Array> | null
}

/** A view that shows a face as it is, but for its flip. */
const isClean = (view: ViewSpec): boolean => view.degrade === 'none' && view.resolutions === undefined

/**
 * Opens every `onnx` model of the recipe and answers for the taps that its terms name. The networks are given the
 * recipe's own views, so they must have been trained on its `pixels`.
 * @returns null where the recipe asks no finished network
 * @throws UserFacingError where a role has no file, or the file is no network with one image input
 */
export async function openTeachers(recipe: Recipe, files: ReadonlyMap<string, File>): Promise<Teachers | null> {
  const sessions = new Map<string, OnnxSession>()
  const questions: Question[] = []
  const release = async (): Promise<void> => {
    for (const each of sessions.values()) await each.release()
  }
  const terms = recipe.phases.flatMap(({ steps }) => steps.flatMap((s) => s.terms.map(compileTerm)))
  try {
    for (const { model, view, taps } of neededTaps(terms).values()) {
      const spec = recipe.models[model]
      if (spec?.kind !== 'onnx') continue
      const seen = recipe.views.find((v) => v.name === view)
      if (!seen) throw wrong(recipe, `asks for ${model}(${view}), but has no view "${view}"`)
      const session = sessions.get(model) ?? (await open(recipe, spec.role, files))
      sessions.set(model, session)
      for (const tap of taps) {
        if (tap !== 'embedding')
          throw wrong(recipe, `asks for ${model}(${view}).${tap}, but a finished network gives its embedding only`)
        const key = tapKey({ kind: 'tap', model, view, tap })
        questions.push({ key, session, view, mirrored: spec.mirrored, known: isClean(seen) ? new Map() : null })
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
  const { session, view, mirrored, known } = question
  const { data, size, flipped } = batch.views[view]!
  const plane = size * size * 3
  const rows: Float32Array[] = []
  for (const [k, sample] of batch.samples.entries()) {
    // The sum of a face's and its mirror image's embedding is the same for both.
    const id = 2 * sample + (mirrored ? 0 : flipped[k]!)
    let answer = known?.get(id)
    if (!answer) {
      const pixels = data.subarray(k * plane, (k + 1) * plane)
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
