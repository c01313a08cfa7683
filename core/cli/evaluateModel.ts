// Finds the model that a command line names: a shipped or imported package, a package's folder, or a plain ONNX file.
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { ModelCard, galleryNetwork } from '../contract/models.ts'
import { PEOPLE_FILE } from '../learning/evaluateLeak.ts'
import type { EvaluatedModel } from '../learning/evaluateModel.ts'
import { inspectModel } from '../models/inspect.ts'
import { listPackages, loadNetworks, readPackage, type PackageOnDisk } from '../models/packages.ts'

/** A package's networks, each checked against the SHA-256 in its card. */
function fromPackage(found: PackageOnDisk): EvaluatedModel {
  const { card, folder } = found
  if (card.role !== 'recogniser')
    throw new UserFacingError('wrong-model', `${card.name} is a ${card.role}, not a recogniser.`, {
      subject: card.name,
    })
  const { model, gallery } = loadNetworks(found)
  const list = path.join(folder, PEOPLE_FILE)
  const trainedPeople = existsSync(list)
    ? readFileSync(list, 'utf8')
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '')
    : null
  return {
    bytes: model,
    card,
    gallery: gallery && {
      bytes: gallery,
      card: { ...card, name: `${card.name} (gallery)`, sha256: galleryNetwork(card) },
    },
    trainedPeople,
  }
}

/** An ONNX file with `<file>.card.json` or `card.json` beside it; without one its pixels are guessed, and said. */
async function plainFile(file: string, note: (line: string) => void): Promise<EvaluatedModel> {
  const bytes = readFileSync(file)
  const beside = [file.replace(/\.onnx$/i, '.card.json'), path.join(path.dirname(file), 'card.json')].find(existsSync)
  if (beside) {
    const card = ModelCard.safeParse(JSON.parse(readFileSync(beside, 'utf8')))
    if (card.success && card.data.sha256 === sha256(bytes))
      return { bytes, card: card.data, gallery: null, trainedPeople: null }
  }
  const name = path.basename(file)
  const { guess, reasons, sha256: hash, embedding } = await inspectModel(bytes, name)
  note(`${name} has no card; its pixels are taken as: ${reasons.join(' ')}`)
  const card: ModelCard = {
    schema: 1,
    name: name.replace(/\.onnx$/i, ''),
    role: 'recogniser',
    version: '0',
    state: 'experimental',
    description: '',
    network: 'unknown',
    parameters: null,
    macs: null,
    sha256: hash,
    embedding,
    pixels: guess,
    trainedOn: 'unknown',
    recipe: '',
    licence: 'unknown',
    source: name,
    validatedFrom: null,
    measurements: [],
    limits: [],
    selfTest: null,
  }
  return { bytes, card, gallery: null, trainedPeople: null }
}

/**
 * @param given path of an ONNX file or of a package's folder; or name, folder name or first digits of the SHA-256 of a
 * package that is shipped or in the store
 * @throws UserFacingError
 */
export async function findModel(given: string, store: string, note: (line: string) => void): Promise<EvaluatedModel> {
  const there = statSync(given, { throwIfNoEntry: false })
  if (there?.isFile()) return plainFile(given, note)
  if (there?.isDirectory()) return fromPackage(readPackage(path.resolve(given), true))
  const { packages } = listPackages(store)
  const names = (p: PackageOnDisk): boolean =>
    p.card.name === given ||
    path.basename(p.folder) === given ||
    (given.length >= 8 && [p.hash, p.card.sha256].some((hash) => hash.startsWith(given)))
  const found = packages.find(names)
  if (found) return fromPackage(found)
  throw new UserFacingError(
    'not-found',
    `There is no model "${given}": name an ONNX file, the folder of a package, or one of ${packages
      .filter((p) => p.card.role === 'recogniser')
      .map((p) => path.basename(p.folder))
      .join(', ')}.`,
    { subject: given },
  )
}

/** A package that makes up faces. @param given a package's folder or name @throws UserFacingError */
export function findHallucinator(given: string, store: string): PackageOnDisk {
  const all = listPackages(store).packages
  const found = statSync(given, { throwIfNoEntry: false })?.isDirectory()
    ? readPackage(path.resolve(given), true)
    : all.find((p) => p.card.name === given || path.basename(p.folder) === given || p.hash === given)
  if (found?.card.role === 'hallucinator') return found
  const names = all.filter((p) => p.card.role === 'hallucinator').map((p) => path.basename(p.folder))
  throw new UserFacingError(
    'not-found',
    `There is no hallucinator "${given}": name the folder of a package${names.length > 0 ? `, or one of ${names.join(', ')}` : ''}.`,
    { subject: given },
  )
}
