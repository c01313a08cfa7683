// Model packages are folders of model.onnx and card.json: the shipped ones, and those that the user imported.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { resource, unpacked } from '../base/root.ts'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { ModelCard } from '../contract/models.ts'

export interface PackageOnDisk {
  card: ModelCard
  /** Absolute path of the folder. */
  folder: string
  /** Came with the application, rather than from the user. */
  shipped: boolean
  /** Size of model.onnx. */
  bytes: number
}
/** A folder that should be a package, and why it is none. */
export interface PackageProblem {
  folder: string
  reason: string
}

/** Folder of the packages that came with the application, on disk rather than inside an archive. */
export const shippedFolder = (): string => unpacked(resource('models'))
/** Folder of imported packages; each lies in a folder named by the SHA-256 of its model. */
export const importedFolder = (storeFolder: string): string => path.join(storeFolder, 'models')
export const modelFile = (p: Pick<PackageOnDisk, 'folder'>): string => path.join(p.folder, 'model.onnx')

/**
 * All packages, shipped ones first, then imported ones, each group by name. The models themselves are not read:
 * `loadModel` does that and verifies them.
 * @param storeFolder the case store's folder; without it only the shipped packages
 */
export function listPackages(
  storeFolder?: string,
  shipped = shippedFolder(),
): { packages: PackageOnDisk[]; problems: PackageProblem[] } {
  const packages: PackageOnDisk[] = []
  const problems: PackageProblem[] = []
  const folders = [
    ...foldersIn(shipped).map((folder) => ({ folder, shipped: true })),
    ...(storeFolder ? foldersIn(importedFolder(storeFolder)) : []).map((folder) => ({ folder, shipped: false })),
  ]
  for (const { folder, shipped } of folders)
    try {
      const found = readPackage(folder, shipped)
      if (!packages.some((p) => p.card.sha256 === found.card.sha256)) packages.push(found)
    } catch (error) {
      problems.push({ folder, reason: error instanceof Error ? error.message : String(error) })
    }
  packages.sort((a, b) => Number(b.shipped) - Number(a.shipped) || a.card.name.localeCompare(b.card.name, 'en'))
  return { packages, problems }
}

/** Folders whose name does not begin with a dot (those are imports in the making). */
function foldersIn(parent: string): string[] {
  if (!existsSync(parent)) return []
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => path.join(parent, entry.name))
    .sort()
}

function readPackage(folder: string, shipped: boolean): PackageOnDisk {
  const name = path.basename(folder)
  const damaged = (why: string, cause?: unknown): never => {
    throw new UserFacingError('integrity', `The model package ${name} is damaged: ${why}. Import the model again.`, {
      subject: name,
      cause,
    })
  }
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path.join(folder, 'card.json'), 'utf8'))
  } catch (error) {
    return damaged('its card cannot be read', error)
  }
  const card = ModelCard.safeParse(json)
  if (!card.success) return damaged(`its card is not valid (${card.error.issues[0]?.path.join('.') ?? 'card'})`)
  if (!shipped && card.data.sha256 !== name) damaged('its card belongs to another model')
  const file = statSync(path.join(folder, 'model.onnx'), { throwIfNoEntry: false })
  if (!file?.isFile()) return damaged('it has no model')
  return { card: card.data, folder, shipped, bytes: file.size }
}

/** @throws UserFacingError 'not-found' where no package has this model */
export function findPackage(packages: readonly PackageOnDisk[], hash: string): PackageOnDisk {
  const found = packages.find((p) => p.card.sha256 === hash)
  if (!found)
    throw new UserFacingError(
      'not-found',
      `There is no model with the SHA-256 ${hash.slice(0, 12)}…. See the list of models.`,
    )
  return found
}

/**
 * The bytes of a package's model, after their SHA-256 was found to be the one in the card. Run these bytes, not the
 * file: the file may change in between.
 * @throws UserFacingError 'integrity' where they are not the bytes that were imported
 */
export function loadModel(p: PackageOnDisk): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(modelFile(p))
  } catch (cause) {
    throw new UserFacingError('integrity', `The model of ${p.card.name} cannot be read. Import it again.`, {
      subject: p.card.name,
      cause,
    })
  }
  if (sha256(bytes) !== p.card.sha256)
    throw new UserFacingError(
      'integrity',
      `The model of ${p.card.name} was changed after it was ${p.shipped ? 'installed' : 'imported'}: its SHA-256 is not ` +
        `the one in its card. It is not used; ${p.shipped ? 'install the application' : 'import the model'} again.`,
      { subject: p.card.name },
    )
  return bytes
}
