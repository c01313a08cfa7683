// Model packages are folders of model.onnx, perhaps gallery.onnx, and card.json: the shipped ones and imported ones.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { packageHash } from '../base/packageHash.ts'
import { resource, unpacked } from '../base/root.ts'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { galleryNetwork, ModelCard } from '../contract/models.ts'

export interface PackageOnDisk {
  card: ModelCard
  /** Identity of the package: what templates carry. */
  hash: string
  /** Absolute path of the folder. */
  folder: string
  /** Came with the application, rather than from the user. */
  shipped: boolean
  /** Size of its networks. */
  bytes: number
}
/** The networks of a package, after their SHA-256 was found to be the one in the card. */
export interface LoadedNetworks {
  model: Uint8Array
  /** Null where model.onnx makes gallery templates too. */
  gallery: Uint8Array | null
}
/** A folder that should be a package, and why it is none. */
export interface PackageProblem {
  folder: string
  reason: string
}

/** Folder of the packages that came with the application, on disk rather than inside an archive. */
export const shippedFolder = (): string => unpacked(resource('models'))
/** Folder of imported packages; each lies in a folder named by its hash. */
export const importedFolder = (storeFolder: string): string => path.join(storeFolder, 'models')
export const modelFile = (p: Pick<PackageOnDisk, 'folder'>): string => path.join(p.folder, 'model.onnx')
export const galleryFile = (p: Pick<PackageOnDisk, 'folder'>): string => path.join(p.folder, 'gallery.onnx')
const isPair = (card: ModelCard): boolean => galleryNetwork(card) !== card.sha256

/**
 * All packages, shipped ones first, then imported ones, each group by name. The models themselves are not read:
 * `loadNetworks` does that and verifies them.
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
      if (!packages.some((p) => p.hash === found.hash)) packages.push(found)
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

/** @param shipped whether its folder may have another name than its hash @throws UserFacingError 'integrity' */
export function readPackage(folder: string, shipped: boolean): PackageOnDisk {
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
  const hash = packageHash(card.data)
  if (!shipped && hash !== name) damaged('its card belongs to another model')
  const sizeOf = (file: string): number | null => {
    const found = statSync(file, { throwIfNoEntry: false })
    return found?.isFile() ? found.size : null
  }
  const model = sizeOf(modelFile({ folder }))
  const gallery = isPair(card.data) ? sizeOf(galleryFile({ folder })) : 0
  if (model === null) return damaged('it has no model')
  if (gallery === null) return damaged('it has no gallery.onnx, which its card declares')
  return { card: card.data, hash, folder, shipped, bytes: model + gallery }
}

/** @throws UserFacingError 'not-found' where there is no package of this hash */
export function findPackage(packages: readonly PackageOnDisk[], hash: string): PackageOnDisk {
  const found = packages.find((p) => p.hash === hash)
  if (!found)
    throw new UserFacingError('not-found', `There is no model package ${hash.slice(0, 12)}…. See the list of models.`)
  return found
}

/**
 * The bytes of a package's networks. Run these bytes, not the files: a file may change in between.
 * @throws UserFacingError 'integrity' where they are not the bytes that were imported
 */
export const loadNetworks = (p: PackageOnDisk): LoadedNetworks => ({
  model: loadModel(p),
  gallery: isPair(p.card) ? verified(p, galleryFile(p), galleryNetwork(p.card)) : null,
})

/** As `loadNetworks`, model.onnx alone. */
export const loadModel = (p: PackageOnDisk): Uint8Array => verified(p, modelFile(p), p.card.sha256)

function verified(p: PackageOnDisk, file: string, wanted: string): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    throw new UserFacingError('integrity', `The model of ${p.card.name} cannot be read. Import it again.`, {
      subject: p.card.name,
      cause,
    })
  }
  if (sha256(bytes) !== wanted)
    throw new UserFacingError(
      'integrity',
      `The model of ${p.card.name} was changed after it was ${p.shipped ? 'installed' : 'imported'}: the SHA-256 of ` +
        `${path.basename(file)} is not the one in its card. It is not used; ` +
        `${p.shipped ? 'install the application' : 'import the model'} again.`,
      { subject: p.card.name },
    )
  return bytes
}
