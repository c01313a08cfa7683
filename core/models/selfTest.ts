// Asks a model a question whose answer is known: a package that answers otherwise is not the one that was measured.
import { UserFacingError } from '../contract/errors.ts'
import type { ModelCard, PixelContract } from '../contract/models.ts'
import { toInput } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { patternImage } from './pattern.ts'

/** Two embeddings of one image by one package agree at least this well on every device, or the package is refused. */
export const SELF_TEST_COSINE = 0.9999

/** a·b / (|a| |b|); NaN when one of them is zero. @throws RangeError for unlike lengths */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`embeddings of ${a.length} and ${b.length} numbers`)
  let [dot, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    aa += a[i]! * a[i]!
    bb += b[i]! * b[i]!
  }
  return dot / Math.sqrt(aa * bb)
}

/**
 * The model's first output for one aligned image, not normalised.
 * @param image pixels.size x pixels.size
 */
export async function embedOne(session: OnnxSession, image: Image8, pixels: PixelContract): Promise<Float32Array> {
  const { size, layout } = pixels
  const dims = layout === 'NCHW' ? [1, 3, size, size] : [1, size, size, 3]
  const result = await session.run({ [session.inputs[0]!.name]: { dims, data: toInput(image, pixels) } })
  return result[session.outputs[0]!.name]!.data
}

export interface SelfTestResult {
  cosine: number
  ok: boolean
  /** Time of the second run, in milliseconds. */
  ms: number
  /** Execution provider that computed it. */
  device: string
}

/**
 * Runs 'pattern-1' through a package and compares with the embedding in its card.
 * @throws UserFacingError 'unavailable' when the card stores no answer
 */
export async function selfTest(session: OnnxSession, card: ModelCard): Promise<SelfTestResult> {
  if (!card.selfTest || !card.pixels)
    throw new UserFacingError('unavailable', `The card of ${card.name} stores no self-test to compare with.`, {
      subject: card.name,
    })
  const image = patternImage(card.pixels.size)
  await embedOne(session, image, card.pixels)
  const start = performance.now()
  const answer = await embedOne(session, image, card.pixels)
  const ms = performance.now() - start
  const same = answer.length === card.selfTest.embedding.length ? cosine(answer, card.selfTest.embedding) : NaN
  return { cosine: Number.isNaN(same) ? 0 : same, ok: same >= SELF_TEST_COSINE, ms, device: session.provider }
}
