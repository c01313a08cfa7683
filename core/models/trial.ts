// Tries a recogniser out before it becomes a package: does it really turn images into embeddings?
import { UserFacingError } from '../contract/errors.ts'
import type { PixelContract } from '../contract/models.ts'
import type { OnnxFacts } from '../nets/onnx/check.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { EMBEDDING_LENGTHS, type OpenModel } from './inspect.ts'
import { patternImage } from './pattern.ts'
import { cosine, embedOne, SELF_TEST_COSINE } from './selfTest.ts'

interface Trial {
  bytes: Uint8Array
  fileName: string
  pixels: PixelContract
  facts: OnnxFacts
  open: OpenModel
}

/**
 * Runs two drawn faces through the model.
 * @returns its embedding of 'pattern-1', not normalised
 * @throws UserFacingError 'wrong-model' where the pixel contract does not fit the input, the model does not run, or its
 *   output is no embedding: of odd length, not finite, constant, different each time, or the same for both faces
 */
export async function trial({ bytes, fileName, pixels, facts, open }: Trial): Promise<Float32Array> {
  const wrong = (problem: string, cause?: unknown): never => {
    throw new UserFacingError('wrong-model', `${fileName} ${problem}`, { subject: fileName, cause })
  }
  checkFit(pixels, facts, wrong)
  const session = await open(bytes)
  const run = async (variant: 1 | 2): Promise<Float32Array> => {
    try {
      return await embedOne(session, patternImage(pixels.size, variant), pixels)
    } catch (cause) {
      return wrong(`does not run on an image of ${pixels.size} px. Check the input size.`, cause)
    }
  }
  try {
    checkOutput(session, wrong)
    const [first, again, other] = [await run(1), await run(1), await run(2)]
    const { least, most } = EMBEDDING_LENGTHS
    if (first.length < least || first.length > most)
      wrong(`gives ${first.length} numbers per image; a face recogniser gives ${least} to ${most}.`)
    if (!first.every(Number.isFinite) || !other.every(Number.isFinite))
      wrong('gives numbers that are not finite. Check mean and scale.')
    if (first.every((v) => v === first[0])) wrong('gives the same number everywhere: it is not a trained recogniser.')
    if (!(cosine(first, again) >= SELF_TEST_COSINE))
      wrong('answers the same image differently each time, so no result could be repeated.')
    const difference = Math.hypot(...first.map((v, i) => v - other[i]!)) / Math.hypot(...first)
    if (!(difference > 1e-4))
      wrong('gives the same answer to different images. Check mean and scale; it may not be a recogniser.')
    return first
  } finally {
    await session.release()
  }
}

type Wrong = (problem: string, cause?: unknown) => never

/** The declared input, where it states sizes, must be what the contract says. */
function checkFit(pixels: PixelContract, { inputShape }: OnnxFacts, wrong: Wrong): void {
  const { size, layout } = pixels
  if (pixels.scale.some((s) => s === 0 || !Number.isFinite(s)) || pixels.mean.some((m) => !Number.isFinite(m)))
    wrong('cannot be imported with a scale of zero. Correct mean and scale.')
  const wanted = layout === 'NCHW' ? [3, size, size] : [size, size, 3]
  const stated = inputShape.slice(1)
  if (wanted.some((n, i) => typeof stated[i] === 'number' && stated[i] !== -1 && stated[i] !== n))
    wrong(
      `takes an input of ${stated.map((d) => (d === -1 ? '?' : d)).join(' x ')}, not ${wanted.join(' x ')} (${layout}). ` +
        'Correct the size or the order of axes.',
    )
}

function checkOutput(session: OnnxSession, wrong: Wrong): void {
  if (session.inputs.length !== 1) wrong(`wants ${session.inputs.length} inputs; a face recogniser takes one image.`)
  if (!session.outputs.length) wrong('has no output.')
}
