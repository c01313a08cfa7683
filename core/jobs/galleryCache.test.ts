// Galleries are taken from a file whole or not at all, checked once, and make room for others.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createGalleryCache } from './galleryCache.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'vestige-gallery-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ids = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i + 1)
function announced(key: string, values: number[], count = 2) {
  const file = path.join(folder, key)
  writeFileSync(file, Float32Array.from(values))
  return { key, dim: 2, templateIds: ids(count), subjectIds: ids(count), file }
}
const good = [0, 1, 1, 0]

test('a gallery is there once it was read', async () => {
  const cache = createGalleryCache(1000)
  expect(cache.get('a')).toBeUndefined()
  await cache.read(announced('a', good))
  expect(cache.get('a')).toMatchObject({ dim: 2, count: 2, vectors: Float32Array.from(good) })
})
test.each([
  ['too short', [0, 1, 1], /not handed over whole/],
  ['too long', [...good, 0], /not handed over whole/],
  ['not of unit length', [0, 1, 0, 0], /Template 2 is not of unit length/],
] as const)('one that is %s is refused and not kept', async (_, values, message) => {
  const cache = createGalleryCache(1000)
  await expect(cache.read(announced('a', [...values]))).rejects.toThrow(message)
  expect(cache.get('a')).toBeUndefined()
})
test('the least recently used one makes room', async () => {
  const cache = createGalleryCache(40)
  await cache.read(announced('a', good))
  await cache.read(announced('b', good))
  cache.get('a')
  await cache.read(announced('c', good))
  expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true])
})
