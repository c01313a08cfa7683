// Pairs of a verification pack: equal pictures are one face, and who must be one person is one person.
import { sha256 } from '../base/sha256.ts'
import type { Dataset } from '../datasets/types.ts'
import type { FacePair } from './verifyPairs.ts'

/**
 * A pack repeats a picture for each of its pairs and names nobody. Equal pixels are one face here, so that it is embedded
 * once; faces that are equal or in a pair of one person are one identity, for intervals by identity.
 * @param folds equal consecutive parts of the pairs, e.g. 10 @returns pairs by sample numbers of the dataset
 */
export async function packPairs(
  { samples, pairs = [], decode }: Pick<Dataset, 'samples' | 'pairs' | 'decode'>,
  folds: number,
  options: { signal?: AbortSignal | undefined; progress?: (done: number, total: number) => void } = {},
): Promise<FacePair[]> {
  const first = new Map<string, number>()
  const face: number[] = []
  for (let i = 0; i < samples.length; i++) {
    if (i % 64 === 0) {
      options.signal?.throwIfAborted()
      options.progress?.(i, samples.length)
    }
    const hash = sha256((await decode(i)).data)
    if (!first.has(hash)) first.set(hash, i)
    face.push(first.get(hash)!)
  }
  const parent = samples.map((_, i) => i)
  const root = (i: number): number => {
    let at = i
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!
    return at
  }
  for (const { a, b, same } of pairs) if (same) parent[root(face[a]!)] = root(face[b]!)
  const person = (i: number): string => `person ${root(face[i]!)}`
  return pairs.map(({ a, b, same }, k) => ({
    first: face[a]!,
    second: face[b]!,
    same,
    fold: Math.floor((k * folds) / pairs.length),
    subjects: [person(a), person(b)],
  }))
}
