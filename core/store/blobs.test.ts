// Originals: kept whole or not at all, read-only, and never handed out changed.
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import * as fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../base/sha256.ts'
import { openBlobs, type BlobFs } from './blobs.ts'
import { temporaryFolder } from './testing.ts'

let folder: string
let dispose: () => void
beforeEach(() => ({ folder, dispose } = temporaryFolder()))
afterEach(() => dispose())

/** All files below blobs/, hidden ones too. */
const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

test('what is put comes back, once, under its SHA-256', () => {
  const blobs = openBlobs(folder)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const put = blobs.put(bytes)
      expect(put).toMatchObject({ sha256: sha256(bytes), bytes: bytes.length })
      expect(blobs.put(bytes)).toEqual({ ...put, created: false })
      expect(Buffer.from(blobs.get(put.sha256))).toEqual(Buffer.from(bytes))
    }),
    { numRuns: 30 },
  )
})

test('a blob lies read-only at ab/cdef… and is all that is left', () => {
  const { sha256: hash, created } = openBlobs(folder).put(Buffer.from('original'))
  const file = path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2))
  expect(created).toBe(true)
  expect(readFileSync(file, 'utf8')).toBe('original')
  expect(statSync(file).mode & 0o777).toBe(0o444)
  expect(files()).toEqual([hash.slice(2)])
})

test('a changed or missing original is never handed out, nor taken for the one handed in', () => {
  const blobs = openBlobs(folder)
  const { sha256: hash } = blobs.put(Buffer.from('original'))
  chmodSync(blobs.path(hash), 0o600)
  writeFileSync(blobs.path(hash), 'Original')
  expect(() => blobs.get(hash)).toThrow('was changed since it was imported')
  expect(() => blobs.put(Buffer.from('original'))).toThrow('was changed since it was imported')
  rmSync(blobs.path(hash))
  expect(() => blobs.get(hash)).toThrow('is missing')
  expect(() => blobs.get('../../etc/passwd')).toThrow('not a SHA-256')
})

const full = (call: 'writeSync' | 'fsyncSync' | 'mkdirSync' | 'renameSync'): BlobFs => ({
  ...fs,
  [call]: (...args: unknown[]) => {
    if (call !== 'mkdirSync' || /[\\/][0-9a-f]{2}$/.test(String(args[0])))
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    return (fs.mkdirSync as (...a: unknown[]) => unknown)(...args)
  },
})
test.each(['writeSync', 'fsyncSync', 'mkdirSync', 'renameSync'] as const)(
  'a disk that is full at %s leaves nothing behind',
  (call) => {
    const blobs = openBlobs(folder, full(call))
    expect(() => blobs.put(Buffer.from('too much'))).toThrow(`The disk that holds ${folder} is full`)
    expect(files()).toEqual([])
  },
)

test('a write that takes only some bytes is continued', () => {
  const blobs = openBlobs(folder, {
    ...fs,
    writeSync: ((fd: number, data: Uint8Array, at: number) => fs.writeSync(fd, data, at, 1)) as typeof fs.writeSync,
  })
  expect(Buffer.from(blobs.get(blobs.put(Buffer.from('byte by byte')).sha256)).toString()).toBe('byte by byte')
})

test('opening sweeps away what an interrupted import left', () => {
  openBlobs(folder)
  writeFileSync(path.join(folder, 'blobs', '.unfinished', 'half'), 'ha')
  openBlobs(folder)
  expect(files()).toEqual([])
})

test('an orphan can be removed', () => {
  const blobs = openBlobs(folder)
  const { sha256: hash } = blobs.put(Buffer.from('orphan'))
  blobs.remove(hash)
  expect(blobs.has(hash)).toBe(false)
})
