// How a network in training does on people whom it is not trained on: pairs of a standard list, shrunk against full size.
import { readFileSync } from 'node:fs'
import { UserFacingError } from '../contract/errors.ts'
import type { FaceCache } from '../datasets/cache.ts'
import { readPairs, type Pair } from '../datasets/pairs.ts'
import { areaUnderRoc, foldAccuracy, type ScoredPair } from '../evaluation/verification.ts'
import { throughSize } from '../images/degrade.ts'
import type { Image8 } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import { inputOf } from '../nets/graph.ts'
import type { LearnBackend } from '../runtime/learn/backend.ts'
import type { Models } from '../training/models.ts'
import type { Recipe } from '../training/recipe.ts'
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

const BATCH = 64

/** @returns a function that measures the recipe's result as it is now: `accuracy@8`, `auc@8`, … */
export function createValidation(
  request: ValidationRequest,
  { pixels, result }: Recipe,
  { tf }: LearnBackend,
  models: Models,
  cache: FaceCache,
): () => Promise<Record<string, number>> {
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
  const network = models.networks.get(result.model)
  const side = network ? inputOf(network.graph).attributes.shape[0] : cache.size
  const plane = side * side * 3
  /** Shrunk and enlarged again; then of the side that the network takes. */
  const face = (i: number, r: number): Image8 => {
    const shown = throughSize(cache.read(i), r)
    return side === cache.size ? shown : resize(shown, side, side, 'bicubic')
  }

  const embed = async (wanted: readonly number[], r: number): Promise<Map<number, Float32Array>> => {
    const out = new Map<number, Float32Array>()
    for (let from = 0; from < wanted.length; from += BATCH) {
      const some = wanted.slice(from, from + BATCH)
      const x = new Float32Array(some.length * plane)
      for (const [k, i] of some.entries()) normalise(face(i, r), pixels, x, k * plane)
      const answer = tf.tidy(() => {
        const input = tf.tensor4d(x, [some.length, side, side, 3])
        return network!.apply(input, { taps: [result.tap] })[result.tap]!
      })
      const rows = (await answer.array()) as number[][]
      answer.dispose()
      for (const [k, i] of some.entries()) out.set(i, Float32Array.from(rows[k]!))
    }
    return out
  }

  return async () => {
    const values: Record<string, number> = {}
    const second = await embed([...new Set(pairs.map(({ b }) => b))], cache.size)
    for (const r of request.resolutions) {
      const first = await embed([...new Set(pairs.map(({ a }) => a))], r)
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
}

const cosine = (a: Float32Array, b: Float32Array): number => {
  let [dot, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    aa += a[i]! * a[i]!
    bb += b[i]! * b[i]!
  }
  return dot / Math.sqrt(Math.max(1e-24, aa * bb))
}
