// Takes a finished package folder over into the store, e.g. what vestige train made: checked like any file from outside.
import { packageHash } from '../base/packageHash.ts'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { ModelCard } from '../contract/models.ts'
import { checkOnnx } from '../nets/onnx/check.ts'
import { writePackage, writeDurably } from './import.ts'
import { openHere, type OpenModel } from './inspect.ts'
import { listPackages, type PackageOnDisk } from './packages.ts'
import { selfTest } from './selfTest.ts'

export interface PackageFiles {
  /** card.json */
  readonly card: Uint8Array
  /** model.onnx */
  readonly model: Uint8Array
  /** gallery.onnx */
  readonly gallery: Uint8Array | null
}
const MAX_CARD_BYTES = 4 * 1024 * 1024

/**
 * @param storeFolder the case store's folder
 * @throws UserFacingError 'unreadable-file' (the card), 'integrity' (a network that is not the card's, or does not answer
 *   as the card says), 'conflict' where the package is here already, and what `checkOnnx` throws
 */
export async function importPackage(
  files: PackageFiles,
  storeFolder: string,
  open: OpenModel = openHere,
): Promise<PackageOnDisk> {
  const { model, gallery } = files
  const card = readCard(files.card)
  const wanted = card.inference?.gallery ?? null
  if (sha256(model) !== card.sha256 || (wanted && (!gallery || sha256(gallery) !== wanted.sha256)))
    throw broken(card.name, 'its networks are not those of its card')
  checkOnnx(model, 'model.onnx')
  if (wanted && gallery) checkOnnx(gallery, 'gallery.onnx')
  const hash = packageHash(card)
  const here = listPackages(storeFolder).packages.find((p) => p.hash === hash)
  if (here) throw new UserFacingError('conflict', `${card.name} is here already, as ${here.card.name}.`)
  await answersAsPromised(card, model, wanted ? gallery : null, open)
  const networks = { model, gallery: wanted ? gallery : null }
  return {
    card,
    hash,
    folder: writePackage(storeFolder, hash, card, networks, writeDurably),
    shipped: false,
    bytes: model.length + (networks.gallery?.length ?? 0),
  }
}

function readCard(bytes: Uint8Array): ModelCard {
  const unreadable = (why: string, cause?: unknown): UserFacingError =>
    new UserFacingError('unreadable-file', `The card of the package cannot be used: ${why}.`, {
      subject: 'card.json',
      cause,
    })
  if (bytes.length > MAX_CARD_BYTES) throw unreadable('it is larger than 4 MB')
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw unreadable('it is no JSON', cause)
  }
  const parsed = ModelCard.safeParse(json)
  const issue = parsed.error?.issues[0]
  if (!parsed.success)
    throw unreadable(
      issue?.code === 'custom' ? issue.message : `"${issue?.path.join('.') ?? ''}" is not as it should be`,
    )
  if (parsed.data.role !== 'recogniser' || !parsed.data.pixels) throw unreadable('it is not that of a recogniser')
  // What others have validated is not validated here.
  return { ...parsed.data, state: 'experimental' }
}

const broken = (name: string, why: string): UserFacingError =>
  new UserFacingError('integrity', `The package ${name} is damaged: ${why}. Get it again from where it was made.`, {
    subject: name,
  })

async function answersAsPromised(
  card: ModelCard,
  model: Uint8Array,
  gallery: Uint8Array | null,
  open: OpenModel,
): Promise<void> {
  const session = await open(model)
  try {
    const other = gallery ? await open(gallery) : null
    try {
      if (!(await selfTest(session, card, other)).ok) throw broken(card.name, 'it does not answer as its card says')
    } finally {
      await other?.release()
    }
  } finally {
    await session.release()
  }
}
