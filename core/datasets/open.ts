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
  type Named,
} from './fileNames.ts'
import { datasetOf, decodeFile, fileStamp } from './images.ts'
import type { Dataset, Format, Problem, Sample } from './types.ts'
import { listFiles, notReadable, type FoundFile, type Listing } from './walk.ts'

export interface OpenOptions {
  /** Default: found out by looking. */
  readonly format?: Format
  readonly signal?: AbortSignal
}

/** The layout of a folder by its files' names. */
function guessLayout(listing: Listing): Format {
  const { images } = listing
  if (looksLikeTinyface(images)) return 'tinyface'
  if (looksLikeScface(images)) return 'scface'
  return looksLikeLfw(images) ? 'lfw' : 'folder'
}

/**
 * Opens a set of aligned, square faces; docs/datasets.md shows every layout. Nothing is decoded yet. Files that cannot
 * be part of it are listed in `problems`.
 * @throws UserFacingError where there is no such place, or no usable face in it
 */
export async function openDataset(place: string, options: OpenOptions = {}): Promise<Dataset> {
  const found = await stat(place).catch((cause: unknown) => {
    throw notReadable(place, cause)
  })
  if (!found.isDirectory())
    throw new UserFacingError('invalid-input', `"${place}" is a file; choose a folder of faces.`, { subject: place })
  const listing = await listFiles(place, options.signal)
  const format = options.format ?? guessLayout(listing)
  const splits = format === 'folder' && hasSplits(listing.images)
  const rules: Partial<Record<Format, (name: string) => Named>> = {
    folder: (name) => byFolder(name, splits),
    lfw: byLfwName,
    scface: byScface,
    tinyface: byTinyface,
  }
  const rule = rules[format]
  if (!rule)
    throw new UserFacingError('invalid-input', `"${place}" is a folder, which cannot be a ${format} pack.`, {
      subject: place,
    })
  return fromFiles(path.resolve(place), format, listing, rule)
}

function fromFiles(root: string, format: Format, listing: Listing, rule: (name: string) => Named): Dataset {
  const samples: Sample[] = []
  const files: FoundFile[] = []
  const problems: Problem[] = [...listing.problems]
  for (const file of listing.images) {
    const named = rule(file.name)
    if (named === null) continue
    if ('reason' in named) problems.push({ name: file.name, reason: named.reason })
    else {
      samples.push(named.sample)
      files.push(file)
    }
  }
  return datasetOf({
    format,
    root,
    samples,
    problems,
    decode: (i) => decodeFile(files[i]!.path, files[i]!.name),
    stamp: (i) => fileStamp(files[i]!.path),
  })
}
