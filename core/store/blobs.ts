// Content-addressed files: <folder>/blobs/ab/cdef… named by SHA-256, written once, read-only, checked on every read.
import * as nodeFs from 'node:fs'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { toFault } from './faults.ts'

export interface BlobStore {
  /** Idempotent. @throws UserFacingError disk-full (nothing is left behind), integrity (a damaged file stands in its place) */
  put(bytes: Uint8Array): { sha256: string; bytes: number; created: boolean }
  /** @throws UserFacingError integrity where the file is missing or its bytes are not what they were */
  get(sha256: string): Uint8Array
  has(sha256: string): boolean
  /** Absolute path; for readers that stream. The bytes are unchecked. */
  path(sha256: string): string
  /** For the orphan of an import that failed, and for discarded made-up faces; the caller knows that no record names it. */
  remove(sha256: string): void
}

/** What of node:fs is used; tests put a full disk here. */
export type BlobFs = Pick<
  typeof nodeFs,
  | 'chmodSync'
  | 'closeSync'
  | 'existsSync'
  | 'fsyncSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'readdirSync'
  | 'renameSync'
  | 'rmSync'
  | 'writeSync'
>

/** One folder of files: originals, or made-up faces, which never lie among them. */
export interface BlobArea {
  readonly folder: 'blobs' | 'synthetic'
  /** What a file of it is called. */
  readonly file: string
}
export const ORIGINALS: BlobArea = { folder: 'blobs', file: 'original' }
export const SYNTHETIC: BlobArea = { folder: 'synthetic', file: 'made-up picture' }

const temporary = '.unfinished'

/** Opens an area's folder and sweeps away what an interrupted import left unfinished. */
export function openBlobs(folder: string, fs: BlobFs = nodeFs, area: BlobArea = ORIGINALS): BlobStore {
  const root = path.join(folder, area.folder)
  const unfinished = path.join(root, temporary)
  const translated = <T>(run: () => T): T => {
    try {
      return run()
    } catch (error) {
      throw toFault(error, folder)
    }
  }
  const pathOf = (hash: string): string => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error(`not a SHA-256: ${hash}`)
    return path.join(root, hash.slice(0, 2), hash.slice(2))
  }
  const has = (hash: string): boolean => fs.existsSync(pathOf(hash))

  function get(hash: string): Uint8Array {
    let bytes: Uint8Array
    try {
      bytes = fs.readFileSync(pathOf(hash))
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw toFault(error, folder)
      throw new UserFacingError(
        'integrity',
        `The ${area.file} with SHA-256 ${hash} is missing from ${root}; put the folder back from a copy.`,
        { subject: hash },
      )
    }
    if (sha256(bytes) !== hash)
      throw new UserFacingError(
        'integrity',
        `The stored ${area.file} with SHA-256 ${hash} was changed since it was ${area === ORIGINALS ? 'imported' : 'kept'}; do not use it, and put it back from a copy.`,
        { subject: hash },
      )
    return bytes
  }

  function put(bytes: Uint8Array): { sha256: string; bytes: number; created: boolean } {
    const hash = sha256(bytes)
    if (has(hash)) {
      get(hash) // a damaged file under this name must not pass for the original that is handed in now
      return { sha256: hash, bytes: bytes.byteLength, created: false }
    }
    const target = pathOf(hash)
    const draft = path.join(unfinished, `${hash}-${randomBytes(6).toString('hex')}`)
    translated(() => {
      fs.mkdirSync(unfinished, { recursive: true })
      try {
        writeFully(fs, draft, bytes)
        if (fs.mkdirSync(path.dirname(target), { recursive: true }) !== undefined) syncFolder(fs, root)
        fs.renameSync(draft, target)
      } catch (error) {
        fs.rmSync(draft, { force: true })
        throw error
      }
      syncFolder(fs, path.dirname(target))
    })
    return { sha256: hash, bytes: bytes.byteLength, created: true }
  }

  translated(() => {
    fs.mkdirSync(unfinished, { recursive: true })
    for (const name of fs.readdirSync(unfinished)) fs.rmSync(path.join(unfinished, name), { force: true })
  })
  return { put, get, has, path: pathOf, remove: (hash) => translated(() => remove(fs, pathOf(hash))) }
}

/** Whole content on the disk, read-only, before anyone can see it under its name. */
function writeFully(fs: BlobFs, file: string, bytes: Uint8Array): void {
  const descriptor = fs.openSync(file, 'wx', 0o600)
  try {
    for (let at = 0; at < bytes.byteLength;) at += fs.writeSync(descriptor, bytes, at, bytes.byteLength - at)
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
  fs.chmodSync(file, 0o444)
}

/** Makes a new name survive a power cut; Windows has no such call for folders and does it by itself. */
function syncFolder(fs: BlobFs, folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Windows deletes no read-only file. */
function remove(fs: BlobFs, file: string): void {
  if (!fs.existsSync(file)) return
  fs.chmodSync(file, 0o600)
  fs.rmSync(file, { force: true })
}
