// The faces of a run: folders joined, cached as pixels, without the people who are kept for validation.
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import type { FaceCache } from '../datasets/cache.ts'
import { joinDatasets } from '../datasets/select.ts'
import { openDataset } from '../datasets/open.ts'
import { packCache } from '../datasets/packCache.ts'
import type { Dataset } from '../datasets/types.ts'
import { sha256 } from '../base/sha256.ts'
import type { TrainRequest } from './train.ts'
import { peopleOf } from './validation.ts'

export interface Faces {
  readonly cache: FaceCache
  /** Positions in the cache of the faces that are trained on. */
  readonly samples: Int32Array
  /** 0 .. identities-1 */
  readonly labels: Int32Array
  readonly identities: readonly string[]
}

export type FacesRequest = Pick<TrainRequest, 'data' | 'run' | 'validation' | 'minImages' | 'signal' | 'packing'>

/** Parts of a set, beside a part for training, that its protocols measure on. */
const EVALUATED: ReadonlySet<string> = new Set(['probe', 'gallery', 'distractor'])

/** TinyFace's crops are not square: they are stretched, as its protocol does. */
async function openForTraining(folder: string, signal: AbortSignal): Promise<Dataset> {
  const dataset = await openDataset(folder, { signal })
  return dataset.format === 'tinyface' ? openDataset(folder, { signal, shape: 'any' }) : dataset
}

/** @throws UserFacingError where nothing is left to train on */
export async function facesOf(request: FacesRequest): Promise<Faces> {
  const { data, run, validation, minImages = 1, signal, packing } = request
  const opened = await Promise.all(data.map((folder) => openForTraining(folder, signal)))
  const dataset = opened.length === 1 ? opened[0]! : joinDatasets(opened)
  // Runs beside each other on the same faces share one cache.
  const key = sha256(JSON.stringify(data.map((folder) => path.resolve(folder)))).slice(0, 16)
  const cache = await packCache(dataset, path.join(path.dirname(path.resolve(run)), '.faces', key), {
    signal,
    ...(packing ? { onProgress: packing } : {}),
  })
  await dataset.close()
  const kept = validation ? peopleOf(validation) : new Set<string>()
  const parted = cache.samples.some(({ split }) => split === 'train')
  const hidden = (split: string | undefined): boolean => split === 'test' || (parted && EVALUATED.has(split ?? ''))
  const allowed = cache.samples.flatMap(({ identity, split }, i) => (kept.has(identity) || hidden(split) ? [] : [i]))
  const photographs = new Map<string, number>()
  for (const i of allowed) {
    const { identity } = cache.samples[i]!
    photographs.set(identity, (photographs.get(identity) ?? 0) + 1)
  }
  const samples = Int32Array.from(allowed.filter((i) => photographs.get(cache.samples[i]!.identity)! >= minImages))
  if (samples.length === 0)
    throw new UserFacingError('invalid-input', `Nobody is left to train on in ${data.join(', ')}; name other folders.`)
  const identities = [...new Set(Array.from(samples, (i) => cache.samples[i]!.identity))].sort()
  const position = new Map(identities.map((name, i) => [name, i]))
  return { cache, samples, labels: samples.map((i) => position.get(cache.samples[i]!.identity)!), identities }
}
