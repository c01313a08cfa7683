// Asks a model a question whose answer is known: a package that answers otherwise is not the one that was measured.
import { UserFacingError } from '../contract/errors.ts'
import type { ModelCard, PixelContract } from '../contract/models.ts'
import { toInput } from '../images/align.ts'
import { createHallucinator } from '../faces/hallucinator.ts'
import { toldSize } from '../faces/told.ts'
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

/** Side that the pattern's face is said to have had, where a network is told one. */
const PATTERN_SIDE = 14

/**
 * The model's first output for one aligned image, not normalised.
 * @param image pixels.size x pixels.size
 */
export async function embedOne(session: OnnxSession, image: Image8, pixels: PixelContract): Promise<Float32Array> {
  const { size, layout } = pixels
  const [input] = session.inputs
  const told = layout === 'NCHW' && Number(input!.dims[1]) === 4
  const dims = layout === 'NCHW' ? [1, told ? 4 : 3, size, size] : [1, size, size, 3]
  const data = new Float32Array(dims.reduce((a, b) => a * b)).fill(toldSize(PATTERN_SIDE))
  data.set(toInput(image, pixels))
  const result = await session.run({ [input!.name]: { dims, data } })
  return result[session.outputs[0]!.name]!.data
}

/** Side of the squares that a made-up picture is averaged over. */
const BLOCK = 16

/** What a hallucinator makes of 'pattern-1': means of 16 x 16 px squares about mid-grey, colour by colour. */
export async function hallucinatedPattern(session: OnnxSession, card: ModelCard): Promise<Float32Array> {
  const hallucinator = createHallucinator(session, card)
  const { size } = hallucinator.pixels
  const { image } = await hallucinator.run(patternImage(size), PATTERN_SIDE)
  const across = Math.ceil(size / BLOCK)
  const sums = new Float32Array(across * across * 3)
  for (let i = 0; i < image.data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size)]
    sums[(Math.floor(y / BLOCK) * across + Math.floor(x / BLOCK)) * 3 + (i % 3)]! += image.data[i]! - 127.5
  }
  return sums.map((sum) => sum / (BLOCK * BLOCK))
}

export interface SelfTestResult {
  /** The lowest one. */
  cosine: number
  ok: boolean
  /** Time of the second run of the probe's network, in milliseconds. */
  ms: number
  /** Execution provider that computed it. */
  device: string
  /** Networks whose answer was compared. */
  networks: number
}

/**
 * Runs 'pattern-1' through a package's networks and compares with the embeddings in its card.
 * @param gallery session of gallery.onnx, where the package has one; its card must store that answer, too
 * @throws UserFacingError 'unavailable' when the card stores no answer
 */
export async function selfTest(
  session: OnnxSession,
  card: ModelCard,
  gallery: OnnxSession | null = null,
): Promise<SelfTestResult> {
  const { selfTest: stored, pixels } = card
  if (!stored || !pixels || (gallery && !stored.gallery))
    throw new UserFacingError(
      'unavailable',
      `The card of ${card.name} stores no self-test of ${stored && pixels ? 'its gallery network' : 'it'} to compare with.`,
      { subject: card.name },
    )
  const ask =
    card.role === 'hallucinator'
      ? (of: OnnxSession) => hallucinatedPattern(of, card)
      : (of: OnnxSession) => embedOne(of, patternImage(pixels.size), pixels)
  const probe = await compare(session, stored.embedding, ask)
  const other = gallery ? await compare(gallery, stored.gallery!, ask) : null
  const cosines = [probe.cosine, ...(other ? [other.cosine] : [])]
  return {
    cosine: Math.min(...cosines),
    ok: cosines.every((value) => value >= SELF_TEST_COSINE),
    ms: probe.ms,
    device: session.provider,
    networks: cosines.length,
  }
}

async function compare(
  session: OnnxSession,
  stored: readonly number[],
  ask: (session: OnnxSession) => Promise<Float32Array>,
): Promise<{ cosine: number; ms: number }> {
  await ask(session)
  const start = performance.now()
  const answer = await ask(session)
  const ms = performance.now() - start
  const same = answer.length === stored.length ? cosine(answer, stored) : NaN
  return { cosine: Number.isNaN(same) ? 0 : same, ms }
}

/** An embedding as cards store it. */
export const storedAnswer = (embedding: Float32Array): number[] =>
  Array.from(embedding, (value) => Number(value.toPrecision(7)))
