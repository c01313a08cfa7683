// Opens a folder or a pack as a dataset: finds out which layout it has, or takes the one it is told.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import {
  byFolder,
  byLfwName,
  byScface,
  byTinyface,
  hasSplits,
  looksLikeLfw,
  looksLikeScface,
  looksLikeTinyface,
  withoutCopies,
  type Named,
} from './fileNames.ts'
import { looksLikeHelen, openHelen } from './helen.ts'
import { datasetOf, decodeFile, fileStamp } from './images.ts'
import { isManifest, withFiles } from './manifest.ts'
import { openBin } from './packBin.ts'
import { openNpz } from './packNpz.ts'
import type { Dataset, Format, Problem, Sample } from './types.ts'
import { listFiles, notReadable, type FoundFile, type Listing } from './walk.ts'

export interface OpenOptions {
  /** Default: found out by looking. */
  readonly format?: Format
  /** Default: pictures in files that are not square are refused when they are decoded. */
  readonly shape?: 'square' | 'any'
  readonly signal?: AbortSignal
}

type Shape = NonNullable<OpenOptions['shape']>

/**
 * Opens a set of aligned, square faces; docs/datasets.md shows every layout. Nothing is decoded yet. What cannot be
 * part of it is listed in `problems`.
 * @param place folder, CSV manifest, `.bin` or `.npz` pack
 * @throws UserFacingError where there is no such place, or no usable face in it
 */
export async function openDataset(place: string, options: OpenOptions = {}): Promise<Dataset> {
  const found = await stat(place).catch((cause: unknown) => {
    throw notReadable(place, cause)
  })
  return found.isDirectory() ? openFolder(place, options) : openFile(place, options)
}

async function openFile(file: string, { format, signal, shape }: OpenOptions): Promise<Dataset> {
  const ending = path.extname(file).slice(1).toLowerCase()
  const kind = format ?? ending
  if (kind === 'bin') return openBin(file)
  if (kind === 'npz') return openNpz(file)
  if (kind === 'csv') {
    const root = path.dirname(path.resolve(file))
    const table = { name: path.basename(file), path: path.resolve(file) }
    return fromManifest(root, table, await listFiles(root, signal), shape)
  }
  throw new UserFacingError(
    'invalid-input',
    `"${file}" is no dataset: name a folder of faces, a CSV manifest, or a .bin or .npz pack.`,
    { subject: file },
  )
}

async function openFolder(folder: string, options: OpenOptions): Promise<Dataset> {
  const listing = await listFiles(folder, options.signal)
  const root = path.resolve(folder)
  const format = options.format ?? (await guessLayout(listing))
  if (format === 'csv') return fromManifest(root, await onlyManifest(folder, listing), listing, options.shape)
  if (format === 'helen') return openHelen(root, listing, options.signal)
  const splits = format === 'folder' && hasSplits(listing.images)
  const rules: Partial<Record<Format, (name: string) => Named>> = {
    folder: (name) => byFolder(name, splits),
    lfw: byLfwName,
    scface: byScface,
    tinyface: byTinyface,
  }
  const rule = rules[format]
  if (!rule)
    throw new UserFacingError('invalid-input', `"${folder}" is a folder, which cannot be a ${format} pack.`, {
      subject: folder,
    })
  const { files, problems } =
    format === 'scface' ? withoutCopies(listing.images) : { files: listing.images, problems: [] }
  return fromNames(root, format, files, rule, [...listing.problems, ...problems], options.shape)
}

/** The layout of a folder by its tables and its files' names. */
async function guessLayout(listing: Listing): Promise<Format> {
  const { images, tables } = listing
  if (looksLikeHelen(listing)) return 'helen'
  for (const table of tables) if (await isManifest(table)) return 'csv'
  if (looksLikeTinyface(images)) return 'tinyface'
  if (looksLikeScface(images)) return 'scface'
  // Names like LFW's below train/ and test/ are still a set in parts.
  return looksLikeLfw(images) && !hasSplits(images) ? 'lfw' : 'folder'
}

async function onlyManifest(folder: string, { tables }: Listing): Promise<FoundFile> {
  const found: FoundFile[] = []
  for (const table of tables) if (await isManifest(table)) found.push(table)
  if (found.length === 1) return found[0]!
  throw new UserFacingError(
    'invalid-input',
    found.length === 0
      ? `"${folder}" has no CSV file whose first line names the columns file and identity.`
      : `"${folder}" has ${found.length} manifests; name the one to use: ${found.map((f) => f.name).join(', ')}.`,
    { subject: folder },
  )
}

async function fromManifest(root: string, table: FoundFile, listing: Listing, shape?: Shape): Promise<Dataset> {
  const { samples, files, problems } = await withFiles(table, listing.images)
  return ofFiles(root, 'csv', samples, files, [...listing.problems, ...problems], shape)
}

function fromNames(
  root: string,
  format: Format,
  images: readonly FoundFile[],
  rule: (name: string) => Named,
  before: readonly Problem[],
  shape?: Shape,
): Dataset {
  const samples: Sample[] = []
  const files: FoundFile[] = []
  const problems = [...before]
  for (const file of images) {
    const named = rule(file.name)
    if ('reason' in named) problems.push({ name: file.name, reason: named.reason })
    else {
      samples.push(named.sample)
      files.push(file)
    }
  }
  return ofFiles(root, format, samples, files, problems, shape)
}

const ofFiles = (
  root: string,
  format: Format,
  samples: readonly Sample[],
  files: readonly FoundFile[],
  problems: readonly Problem[],
  shape: Shape = 'square',
): Dataset =>
  datasetOf({
    format,
    root,
    samples,
    problems,
    decode: (i) => decodeFile(files[i]!.path, files[i]!.name, shape),
    stamp: (i) => fileStamp(files[i]!.path),
  })
