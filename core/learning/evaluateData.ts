// The faces of an evaluation: opened by their layout, decoded once where they fit, and fingerprinted.
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { UserFacingError } from '../contract/errors.ts'
import { openDataset, type OpenOptions } from '../datasets/open.ts'
import type { Dataset } from '../datasets/types.ts'
import { fingerprinted } from '../evaluation/faceFolder.ts'
import { remembering, type FaceKey, type Load } from '../evaluation/templateStore.ts'

export interface OpenFaces {
  readonly dataset: Dataset
  readonly load: Load
  readonly fingerprint: () => { images: number; sha256: string }
}

/** @throws UserFacingError as `openDataset` does */
export async function openFaces(place: string, options: OpenOptions): Promise<OpenFaces> {
  const dataset = await openDataset(place, options)
  const counted = fingerprinted((key: FaceKey) => dataset.decode(Number(key)))
  return { dataset, load: remembering(counted.load), fingerprint: counted.fingerprint }
}

/** A pack: the file itself, or the one pack of a folder whose name begins with the protocol's. */
export function findPack(data: string, protocol: string): string {
  if (existsSync(data) && statSync(data).isFile()) return data
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const packs = readdirSync(data)
    .filter((file) => /\.(bin|npz)$/i.test(file))
    .toSorted()
  const named = packs.filter((file) => plain(file).startsWith(plain(protocol)))
  const found = named[0] ?? (packs.length === 1 ? packs[0] : undefined)
  if (found) return path.join(data, found)
  throw new UserFacingError(
    'not-found',
    `"${data}" has no pack ${protocol.replaceAll('-', '_')}.bin or .npz; name the file with --data.`,
    { subject: data },
  )
}
