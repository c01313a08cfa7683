// The decoding cache: right pixels, made once, made again when the files change, nothing left of an interrupted one.
import { readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { resize } from '../images/resample.ts'
import { openFaceCache } from './cache.ts'
import { openDataset } from './open.ts'
import { packCache } from './packCache.ts'
import { blocks, put, temporary } from './testFaces.ts'

const made: (() => void)[] = []
afterEach(() => made.splice(0).forEach((remove) => remove()))
async function some(): Promise<{ faces: string; cache: string }> {
  const [a, b] = [temporary(), temporary()]
  made.push(a.remove, b.remove)
  await put(a.folder, { 'Bo/1.png': blocks(1), 'Anna/1.png': blocks(2, 24), 'Anna/2.png': 'no picture' })
  return { faces: a.folder, cache: path.join(b.folder, 'cache') }
}
const pack = async (faces: string, cache: string, size = 16, seen?: number[]) =>
  packCache(await openDataset(faces), cache, { size, onProgress: (done) => seen?.push(done) })

it('holds the faces at the size asked for, in order, without the one that is damaged', async () => {
  const { faces, cache } = await some()
  const seen: number[] = []
  const packed = await pack(faces, cache, 16, seen)
  expect(packed.samples.map((s) => s.name)).toEqual(['Anna/1.png', 'Bo/1.png'])
  expect(packed.identities).toEqual(['Anna', 'Bo'])
  expect([packed.label(0), packed.label(1)]).toEqual([0, 1])
  expect(packed.read(0)).toEqual(resize(blocks(2, 24), 16, 16, 'bicubic'))
  expect(packed.read(1)).toEqual(blocks(1))
  expect(packed.problems).toMatchObject([{ name: 'Anna/2.png' }])
  expect(seen).toEqual([1, 2, 3])
  const again = openFaceCache(cache)
  expect(again.read(1)).toEqual(packed.read(1))
  expect(again.sha256).toBe(packed.sha256)
})

it('is made again only when a file, the size or a byte of the cache has changed', async () => {
  const { faces, cache } = await some()
  const built = async (size = 16): Promise<boolean> => {
    const seen: number[] = []
    ;(await pack(faces, cache, size, seen)).close()
    return seen.length > 0
  }
  expect([await built(), await built()]).toEqual([true, false])
  utimesSync(path.join(faces, 'Bo', '1.png'), 1, 1)
  expect([await built(), await built()]).toEqual([true, false])
  expect([await built(8), await built(8)]).toEqual([true, false])
  const pixels = path.join(
    cache,
    readdirSync(cache).find((f) => f.endsWith('.rgb'))!,
  )
  const bytes = readFileSync(pixels)
  bytes[5]! ^= 1
  writeFileSync(pixels, bytes)
  expect([await built(8), await built(8)]).toEqual([true, false])
  writeFileSync(path.join(cache, 'index.json'), '{"version": 2}')
  expect([await built(8), await built(8)]).toEqual([true, false])
  expect(readdirSync(cache)).toHaveLength(2)
})

it('leaves nothing behind when it is cancelled, and keeps an older cache', async () => {
  const { faces, cache } = await some()
  const before = await pack(faces, cache)
  await put(faces, { 'Cy/1.png': blocks(3) })
  const stop = new AbortController()
  const run = packCache(await openDataset(faces), cache, {
    size: 16,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('enough')),
  })
  await expect(run).rejects.toThrow('enough')
  expect(readdirSync(cache)).toHaveLength(2)
  expect(openFaceCache(cache).count).toBe(before.count)
})

it('refuses a set of which no face can be read, and a cache that is cut short', async () => {
  const { faces, cache } = await some()
  await pack(faces, cache)
  const pixels = path.join(
    cache,
    readdirSync(cache).find((f) => f.endsWith('.rgb'))!,
  )
  writeFileSync(pixels, 'short')
  expect(() => openFaceCache(cache)).toThrow('damaged')
  expect(() => openFaceCache(faces)).toThrow('has no cache')
  for (const who of ['Anna', 'Bo']) rmSync(path.join(faces, who), { recursive: true })
  await put(faces, { 'Cy/1.png': 'nonsense' })
  await expect(pack(faces, cache)).rejects.toThrow('No face of')
})
