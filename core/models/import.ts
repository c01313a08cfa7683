// Makes a package of an ONNX file: checked, tried out, and then there in one step or not at all.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { packageHash } from '../base/packageHash.ts'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { ModelCard, type PixelContract } from '../contract/models.ts'
import { checkOnnx, type OnnxFacts } from '../nets/onnx/check.ts'
import { openHere, type OpenModel } from './inspect.ts'
import { importedFolder, listPackages, loadModel, type LoadedNetworks, type PackageOnDisk } from './packages.ts'
import { pairCard } from './pairCard.ts'
import { storedAnswer } from './selfTest.ts'
import { trial } from './trial.ts'

export interface ImportRequest {
  bytes: Uint8Array
  fileName: string
  name: string
  pixels: PixelContract
  licence?: string
  source?: string
  /** The package whose probe network is kept while the file makes gallery templates; absent: the file makes all. */
  galleryNetworkOf?: PackageOnDisk | undefined
  /** The case store's folder. */
  storeFolder: string
  open?: OpenModel
  /** Writes one file so that it lasts; replaced in tests. */
  write?: (file: string, bytes: Uint8Array) => void
}

/**
 * Imports a recogniser, or a gallery network for one: checks the file, runs the self-test image through it, and writes
 * the package in one step.
 * @throws UserFacingError as `checkOnnx`, `trial` and `pairCard` do; 'conflict' where the package is here already;
 *   'disk-full'
 */
export async function importModel(request: ImportRequest): Promise<PackageOnDisk> {
  const { bytes, fileName, pixels, storeFolder, galleryNetworkOf } = request
  const facts = checkOnnx(bytes, fileName)
  const hash = sha256(bytes)
  const known = (identity: string): void => {
    const here = listPackages(storeFolder).packages.find((p) => p.hash === identity)
    if (here)
      throw new UserFacingError('conflict', `${fileName} is here already, as ${here.card.name}.`, { subject: fileName })
  }
  if (!galleryNetworkOf) known(hash)
  const embedding = await trial({ bytes, fileName, pixels, facts, open: request.open ?? openHere })
  const card = galleryNetworkOf
    ? pairCard(galleryNetworkOf.card, request, { sha256: hash, parameters: facts.parameters, embedding })
    : cardFor(request, facts, hash, embedding)
  const identity = packageHash(card)
  known(identity)
  const networks: LoadedNetworks = galleryNetworkOf
    ? { model: loadModel(galleryNetworkOf), gallery: bytes }
    : { model: bytes, gallery: null }
  return {
    card,
    hash: identity,
    folder: writePackage(storeFolder, identity, card, networks, request.write ?? writeDurably),
    shipped: false,
    bytes: networks.model.length + (networks.gallery?.length ?? 0),
  }
}

function cardFor(request: ImportRequest, facts: OnnxFacts, hash: string, embedding: Float32Array): ModelCard {
  const { model } = facts
  return ModelCard.parse({
    schema: 1,
    name: request.name,
    role: 'recogniser',
    version: '1',
    state: 'experimental',
    description: `Imported from ${request.fileName}.`,
    network:
      `${model.graph.nodes.length} operations (${facts.operators.join(', ')})` +
      `${model.producer ? `, written by ${model.producer}` : ''}`,
    parameters: facts.parameters,
    macs: null,
    sha256: hash,
    embedding: embedding.length,
    pixels: request.pixels,
    trainedOn: 'Unknown: an ONNX file does not say.',
    recipe: `Imported from ${request.fileName}`,
    licence: request.licence || 'unknown',
    source: request.source ?? '',
    validatedFrom: null,
    measurements: [],
    limits: [
      'Not measured here at any resolution, and not calibrated: scores order candidates and mean nothing else.',
      'What it was trained on is unknown; so is how its errors differ between groups of people.',
    ],
    selfTest: { image: 'pattern-1', embedding: storedAnswer(embedding) },
  })
}

/** Imports in the making; named by process, so that what a killed process left can be told from a running import. */
const prefix = '.incoming-'
let serial = 0

/** @returns the package's folder; on any failure nothing of it remains */
export function writePackage(
  storeFolder: string,
  hash: string,
  card: ModelCard,
  { model, gallery }: LoadedNetworks,
  write: (file: string, bytes: Uint8Array) => void,
): string {
  const parent = importedFolder(storeFolder)
  const folder = path.join(parent, hash)
  const incoming = path.join(parent, `${prefix}${process.pid}-${++serial}`)
  try {
    mkdirSync(parent, { recursive: true })
    for (const left of readdirSync(parent))
      if (left.startsWith(prefix) && !left.startsWith(`${prefix}${process.pid}-`))
        rmSync(path.join(parent, left), { recursive: true, force: true })
    mkdirSync(incoming)
    write(path.join(incoming, 'model.onnx'), model)
    if (gallery) write(path.join(incoming, 'gallery.onnx'), gallery)
    write(path.join(incoming, 'card.json'), new TextEncoder().encode(`${JSON.stringify(card, null, 2)}\n`))
    // A folder of this name that is no package (the list would have shown it) is the ruin of one.
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    renameSync(incoming, folder)
    syncFolder(parent)
    return folder
  } catch (cause) {
    rmSync(incoming, { recursive: true, force: true })
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new UserFacingError(
        'disk-full',
        `The disk is full: ${card.name} was not imported. Make room and try again.`,
        {
          subject: card.name,
          cause,
        },
      )
    throw cause
  }
}

export function writeDurably(file: string, bytes: Uint8Array): void {
  const handle = openSync(file, 'wx')
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Makes a rename last through a power failure; Windows has no such call for folders and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
