// Makes a package folder of networks that were trained here: files, self-test answers and card, in one step.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { sha256 } from '../base/sha256.ts'
import { ModelCard, type Inference, type PixelContract } from '../contract/models.ts'
import { openHere } from './inspect.ts'
import { patternImage } from './pattern.ts'
import { embedOne, hallucinatedPattern, storedAnswer } from './selfTest.ts'

export interface Trained {
  /** What a person is told; the rest of the card follows from the networks. */
  readonly about: Pick<
    ModelCard,
    | 'name'
    | 'version'
    | 'description'
    | 'network'
    | 'parameters'
    | 'macs'
    | 'trainedOn'
    | 'recipe'
    | 'licence'
    | 'source'
    | 'validatedFrom'
    | 'measurements'
    | 'limits'
  >
  readonly pixels: PixelContract
  /** model.onnx: makes probe templates, and gallery templates where there is no other. */
  readonly model: Uint8Array
  /** gallery.onnx */
  readonly gallery: Uint8Array | null
  readonly flip: boolean
  /** Larger probes go through gallery.onnx, too. */
  readonly probe: NonNullable<Inference['probe']> | null
  readonly second: Inference['second']
  /** Hashed names of the people it was trained on, so that an evaluation can tell whether it meets them again. */
  readonly people: readonly string[]
}

/** A hashed name in each line; see docs/evaluation.md. */
export const PEOPLE_FILE = 'training-people.txt'

/** What every network of ours must say of itself. */
export const LIMITS: readonly string[] = [
  'Not calibrated: scores order candidates and are no probabilities.',
  'Measured on shrunk photographs of public figures; footage has errors of its own (interlacing, rolling shutter, repeated compression), and error rates differ between groups of people.',
]

/**
 * Writes `folder` (replaced where it is there) with model.onnx, gallery.onnx where there is one, and card.json.
 * @throws UserFacingError where a network cannot be run
 */
export async function writeTrainedPackage(folder: string, trained: Trained): Promise<ModelCard> {
  const { about, pixels, model, gallery, flip, probe, second, people } = trained
  const embedding = await answer(model, pixels)
  const card = ModelCard.parse({
    schema: 1,
    role: 'recogniser',
    state: 'experimental',
    ...about,
    sha256: sha256(model),
    embedding: embedding.length,
    pixels,
    inference:
      flip || gallery || second ? { flip, gallery: gallery && { sha256: sha256(gallery) }, probe, second } : null,
    selfTest: {
      image: 'pattern-1',
      embedding: storedAnswer(embedding),
      ...(gallery ? { gallery: storedAnswer(await answer(gallery, pixels)) } : {}),
    },
  })
  writePackage(folder, card, { model, gallery }, people)
  return card
}

/** What a hallucinator's package is made of. */
export interface TrainedHallucinator extends Pick<Trained, 'about' | 'pixels' | 'model' | 'people'> {
  readonly hallucination: NonNullable<ModelCard['hallucination']>
}

/** As `writeTrainedPackage`, for a network that makes up faces. @throws UserFacingError where it cannot be run, or makes none */
export async function writeHallucinatorPackage(folder: string, trained: TrainedHallucinator): Promise<ModelCard> {
  const { about, pixels, model, hallucination, people } = trained
  const card: ModelCard = {
    schema: 1,
    role: 'hallucinator',
    state: 'experimental',
    ...about,
    sha256: sha256(model),
    embedding: null,
    pixels,
    hallucination,
    selfTest: null,
  }
  const session = await openHere(model)
  try {
    const made = await hallucinatedPattern(session, card)
    const whole = ModelCard.parse({ ...card, selfTest: { image: 'pattern-1', embedding: storedAnswer(made) } })
    writePackage(folder, whole, { model, gallery: null }, people)
    return whole
  } finally {
    await session.release()
  }
}

function writePackage(
  folder: string,
  card: ModelCard,
  { model, gallery }: Pick<Trained, 'model' | 'gallery'>,
  people: Trained['people'],
): void {
  const draft = `${folder}.tmp`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  writeFileSync(`${draft}/model.onnx`, model, { flush: true })
  if (gallery) writeFileSync(`${draft}/gallery.onnx`, gallery, { flush: true })
  writeFileSync(`${draft}/card.json`, `${JSON.stringify(card, null, 2)}\n`, { flush: true })
  if (people.length > 0) writeFileSync(`${draft}/${PEOPLE_FILE}`, `${people.join('\n')}\n`, { flush: true })
  rmSync(folder, { recursive: true, force: true })
  renameSync(draft, folder)
}

async function answer(bytes: Uint8Array, pixels: PixelContract): Promise<Float32Array> {
  const session = await openHere(bytes)
  try {
    return await embedOne(session, patternImage(pixels.size), pixels)
  } finally {
    await session.release()
  }
}
