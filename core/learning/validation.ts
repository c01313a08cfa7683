// How a network in training does on people whom it is not trained on: pairs of a standard list, shrunk against full size.
import { readFileSync } from 'node:fs'
import type * as Tf from '@tensorflow/tfjs-core'
import { UserFacingError } from '../contract/errors.ts'
import type { FaceCache } from '../datasets/cache.ts'
import { readPairs, type Pair } from '../datasets/pairs.ts'
import { CLEAN, lowResolution } from '../evaluation/faceView.ts'
import { psnr } from '../evaluation/fidelity.ts'
import { areaUnderRoc, foldAccuracy, type ScoredPair } from '../evaluation/verification.ts'
import type { Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import type { LearnBackend } from '../runtime/learn/backend.ts'
import type { Models } from '../training/models.ts'
import { ownPixels } from '../training/pixels.ts'
import type { Recipe } from '../training/recipe.ts'
import { resultPaths, resultView } from '../training/result.ts'
import { answers } from '../training/step.ts'
import type { NetworkPath } from '../training/taps.ts'
import { normalise } from '../training/viewBatch.ts'

export interface ValidationRequest {
  /** A standard pairs.txt. */
  readonly pairs: string
  /** Which of its folds, from 1; their people are kept out of the training. */
  readonly folds: readonly number[]
  /** Sides that the first face of a pair is shrunk to. */
  readonly resolutions: readonly number[]
}

function foldsOf({ pairs, folds }: ValidationRequest): (readonly Pair[])[] {
  let text: string
  try {
    text = readFileSync(pairs, 'utf8')
  } catch (cause) {
    throw new UserFacingError('not-found', `There is no list of pairs at ${pairs}.`, { subject: pairs, cause })
  }
  const all = readPairs(text, pairs).folds
  return folds.map((n) => {
    const fold = all[n - 1]
    if (!fold)
      throw new UserFacingError('invalid-input', `${pairs} has ${all.length} folds, not ${n}.`, { subject: pairs })
    return fold
  })
}

/** Everybody in the validation's folds. */
export const peopleOf = (request: ValidationRequest): Set<string> =>
  new Set(foldsOf(request).flatMap((fold) => fold.flatMap(({ a, b }) => [a.name, b.name])))

/** Few, because every map of every layer is kept until the answer is there: gigabytes with more where faces are made up. */
const BATCH = 8
/** Pictures are compared on that many of the faces: PSNR differs little from one to the next. */
const PICTURES = 128

/**
 * @returns a function that measures the recipe's result as it is now. An embedding by pairs: `auc@8`, `accuracy@8`; an
 *   image by its distance from the true face: `psnr@8`, and `gain@8` over bicubic enlargement, in dB
 */
export function createValidation(
  request: ValidationRequest,
  recipe: Recipe,
  { tf }: LearnBackend,
  models: Models,
  cache: FaceCache,
): () => Promise<Record<string, number>> {
  const pairs = placed(request, cache)
  const view = resultView(recipe)
  const [[tap, paths]] = [...resultPaths(recipe, view)] as [[string, NetworkPath[]]]
  const { size: side } = recipe.views.find(({ name }) => name === view)!
  const plane = side * side * 3
  const context = { tf, networks: models.networks, pixels: ownPixels(recipe) }
  /** Shrunk, and brought to the side that the network takes; by way of the faces' own, where that is the smaller one. */
  const face = (i: number, r: number): Image8 => {
    const shown = lowResolution(cache.read(i), r, CLEAN, i, Math.min(side, cache.size))
    return shown.width === side ? shown : resize(shown, side, side, 'bicubic')
  }
  /** The result's first output for some faces, row by row. */
  const ask = async (wanted: readonly number[], r: number): Promise<Map<number, Float32Array>> => {
    const out = new Map<number, Float32Array>()
    for (let from = 0; from < wanted.length; from += BATCH) {
      const some = wanted.slice(from, from + BATCH)
      const x = new Float32Array(some.length * plane)
      for (const [k, i] of some.entries()) normalise(face(i, r), recipe.pixels, x, k * plane)
      const answer = tf.tidy(() => {
        const views = new Map([[view, tf.tensor4d(x, [some.length, side, side, 3])]])
        const told = new Map([[view, tf.fill<Tf.Rank.R1>([some.length], Math.log2(r / 112))]])
        return tf.addN(answers(context, paths, { views, told }))
      })
      const data = (await answer.data()) as Float32Array
      answer.dispose()
      const length = data.length / some.length
      for (const [k, i] of some.entries()) out.set(i, data.slice(k * length, (k + 1) * length))
    }
    return out
  }
  const distinct = (all: readonly number[]): number[] => [...new Set(all)]

  const embeddings = async (): Promise<Record<string, number>> => {
    const values: Record<string, number> = {}
    const second = await ask(distinct(pairs.map(({ b }) => b)), cache.size)
    for (const r of request.resolutions) {
      const first = await ask(distinct(pairs.map(({ a }) => a)), r)
      const scored: ScoredPair[] = pairs.map(({ a, b, same, fold }) => ({
        score: cosine(first.get(a)!, second.get(b)!),
        same,
        fold,
      }))
      values[`auc@${r}`] = areaUnderRoc(scored)
      values[`accuracy@${r}`] = foldAccuracy(scored).accuracy
    }
    return values
  }
  const pictures = async (): Promise<Record<string, number>> => {
    const values: Record<string, number> = {}
    const some = distinct(pairs.map(({ a }) => a)).slice(0, PICTURES)
    for (const r of request.resolutions) {
      const made = await ask(some, r)
      const gains = some.map((i) => {
        const truth = resize(cache.read(i), side, side, 'bicubic').data
        const ours = psnr(toPixels(made.get(i)!, recipe.pixels), truth)
        return [ours, ours - psnr(face(i, r).data, truth)] as const
      })
      const mean = (k: 0 | 1): number => gains.reduce((sum, each) => sum + each[k], 0) / gains.length
      values[`psnr@${r}`] = mean(0)
      values[`gain@${r}`] = mean(1)
    }
    return values
  }
  return tap === 'image' ? pictures : embeddings
}

/** The pairs whose faces are there, as places in the cache. */
function placed(request: ValidationRequest, cache: FaceCache): { a: number; b: number; same: boolean; fold: number }[] {
  const at = new Map(cache.samples.map(({ identity, index }, i) => [`${identity} ${index ?? ''}`, i]))
  const place = (of: { name: string; index: number }): number => at.get(`${of.name} ${of.index}`) ?? -1
  const pairs = foldsOf(request)
    .flatMap((fold, k) => fold.map(({ a, b, same }) => ({ a: place(a), b: place(b), same, fold: k })))
    .filter(({ a, b }) => a >= 0 && b >= 0)
  if (pairs.length === 0)
    throw new UserFacingError(
      'invalid-input',
      `None of the faces in ${request.pairs} are in the data; name the folder that has them.`,
    )
  return pairs
}

/** Network output to 8-bit pixels: p = x · scale + mean, rounded and held within 0..255. */
export const toPixels = (values: Float32Array, { mean, scale }: Recipe['pixels']): Uint8ClampedArray =>
  Uint8ClampedArray.from(values, (v, i) => v * scale[i % 3]! + mean[i % 3]!)

const cosine = (a: Float32Array, b: Float32Array): number => {
  let [dot, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    aa += a[i]! * a[i]!
    bb += b[i]! * b[i]!
  }
  return dot / Math.sqrt(Math.max(1e-24, aa * bb))
}
