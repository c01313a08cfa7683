// What a file from outside is, before the person decides how to import it.
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { ModelInspection, PixelContract } from '../contract/models.ts'
import { checkOnnx, type OnnxFacts } from '../nets/onnx/check.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import { guessPixels } from './guess.ts'
import { patternImage } from './pattern.ts'
import { embedOne } from './selfTest.ts'

/** How a session is opened: in this process, or in a child whose crash costs nothing. */
export type OpenModel = (model: Uint8Array) => Promise<OnnxSession>
export const openHere: OpenModel = (model) => openSession(model, { threads: 1 })

/** Shortest and longest embedding that is taken for one. */
export const EMBEDDING_LENGTHS = { least: 16, most: 4096 } as const

/**
 * Checks a file and guesses its pixel contract. The network is run once only where the file does not state the length
 * of its output.
 * @throws UserFacingError as `checkOnnx` does, and 'wrong-model' where the output is no embedding
 */
export async function inspectModel(
  bytes: Uint8Array,
  fileName: string,
  open: OpenModel = openHere,
): Promise<ModelInspection> {
  const facts = checkOnnx(bytes, fileName)
  const embedding = declaredLength(facts) ?? (await measuredLength(bytes, facts, fileName, open))
  if (embedding < EMBEDDING_LENGTHS.least || embedding > EMBEDDING_LENGTHS.most)
    throw new UserFacingError(
      'wrong-model',
      `${fileName} gives ${embedding} numbers per image; a face recogniser gives ${EMBEDDING_LENGTHS.least} to ` +
        `${EMBEDDING_LENGTHS.most}. Choose a model that ends with its embedding.`,
      { subject: fileName },
    )
  const { pixels, reasons } = guessPixels(facts, fileName, embedding)
  const open_ = (d: number | string): number | string => (d === -1 ? '?' : d)
  return {
    fileName,
    sha256: sha256(bytes),
    inputName: facts.inputName,
    inputShape: facts.inputShape.map(open_),
    outputName: facts.outputName,
    embedding,
    guess: pixels,
    reasons,
    operators: facts.operators,
  }
}

/** Product of the output's dimensions after the batch, or null where one is not stated. */
function declaredLength({ outputShape }: OnnxFacts): number | null {
  const rest = outputShape.slice(1)
  return outputShape.length >= 2 && rest.every((d): d is number => typeof d === 'number' && d > 0)
    ? rest.reduce((a, b) => a * b, 1)
    : null
}

async function measuredLength(bytes: Uint8Array, facts: OnnxFacts, fileName: string, open: OpenModel): Promise<number> {
  const pixels: PixelContract = guessPixels(facts, fileName, 0).pixels
  const session = await open(bytes)
  try {
    return (await embedOne(session, patternImage(pixels.size), pixels)).length
  } catch (cause) {
    if (cause instanceof UserFacingError) throw cause
    throw new UserFacingError(
      'wrong-model',
      `${fileName} does not run on an image of ${pixels.size} px. Choose another model.`,
      {
        subject: fileName,
        cause,
      },
    )
  } finally {
    await session.release()
  }
}
