// In which order a run sees its samples: a new permutation for each epoch, known from the seed alone.
import { random } from '../images/random.ts'

/** Keeps the shuffles' streams apart from those of the views. */
const SHUFFLE = 0x6f726472

/** A permutation of 0 .. count-1 for one epoch (Fisher-Yates). */
export function epochOrder(seed: number, epoch: number, count: number): Int32Array {
  const draw = random(seed, SHUFFLE, epoch)
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = draw.below(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}

export interface Place {
  readonly epoch: number
  /** Position among the run's samples. */
  readonly sample: number
}

/**
 * The samples of any step, without state: batches follow each other through the epochs' permutations, and one may
 * reach over the end of an epoch.
 */
export function createOrder(seed: number, count: number, batch: number): (step: number) => Place[] {
  let epoch = -1
  let order: Int32Array = new Int32Array(0)
  return (step) =>
    Array.from({ length: batch }, (_, k) => {
      const n = step * batch + k
      const wanted = Math.floor(n / count)
      if (wanted !== epoch) {
        epoch = wanted
        order = epochOrder(seed, epoch, count)
      }
      return { epoch, sample: order[n % count]! }
    })
}
