// Points beside the cache of faces: found once, kept by hash, made anew when damaged, nothing left when interrupted.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { FaceCache } from '../datasets/cache.ts'
import { openDataset } from '../datasets/open.ts'
import { packCache } from '../datasets/packCache.ts'
import { meanShape } from '../datasets/priors/meanShape.ts'
import { openPoints } from '../datasets/priors/pointsFile.ts'
import { blocks, put, temporary } from '../datasets/testFaces.ts'
import type { LandmarkFinder } from '../faces/landmarks.ts'
import { landmarksOf } from './landmarks.ts'

const made: (() => void)[] = []
afterEach(() => made.splice(0).forEach((remove) => remove()))

/** 20 faces; their points are the mean ones with the face's first byte added to the chin's height. */
async function faces(count = 20): Promise<FaceCache> {
  const { folder, remove } = temporary()
  made.push(remove)
  await put(folder, Object.fromEntries(Array.from({ length: count }, (_, i) => [`P${i}/1.png`, blocks(i)])))
  const cache = await packCache(await openDataset(folder), path.join(folder, '.cache'), { size: 16 })
  made.push(() => cache.close())
  return cache
}
function finder(name: string, fail = Infinity): LandmarkFinder & { seen: number } {
  return {
    sha256: name,
    seen: 0,
    async find(some) {
      this.seen += some.length
      if (this.seen > fail) throw new Error('no power')
      return some.map(({ data }) => meanShape().map((v, i) => (i === 17 ? v + data[0]! : v)))
    },
    release: async () => {},
  }
}
const kept = (cache: FaceCache): string[] => readdirSync(cache.folder).filter((f) => f.startsWith('points-'))

it('are found once for all faces and given by face; chins far below the frame are left out', async () => {
  const cache = await faces()
  const network = finder('a')
  const seen: number[] = []
  const bank = await landmarksOf(cache, { finder: network, progress: (done) => seen.push(done) })
  expect(seen).toEqual([16, 20])
  const chin = Float32Array.from([meanShape()[17]!])[0]!
  for (let i = 0; i < cache.count; i++) {
    const added = cache.read(i).data[0]!
    expect(bank.found(i)[17]).toBeCloseTo(chin + added, 3)
    expect(bank.points(i) === null).toBe(chin + added > 124)
    expect(bank.why(i)).toBe(chin + added > 124 ? 'outside' : null)
  }
  expect([...bank.fit]).toEqual(Array.from({ length: 20 }, (_, i) => i).filter((i) => bank.points(i)))
  expect(bank.fit.length).toBeGreaterThan(0)
  expect(bank.fit.length).toBeLessThan(20)

  const again = await landmarksOf(cache, { finder: network })
  expect(network.seen).toBe(20)
  expect(again.found(7)).toEqual(bank.found(7))
  // A worker reads the same, and may judge otherwise.
  expect(openPoints(bank.file, { margin: 1000 }).fit).toHaveLength(20)
})

it('belong to these faces and this network, and are found anew where the file is damaged', async () => {
  const cache = await faces(3)
  const { file } = await landmarksOf(cache, { finder: finder('a') })
  await landmarksOf(cache, { finder: finder('b') })
  expect(kept(cache)).toHaveLength(2)
  const bytes = readFileSync(file)
  for (const damaged of [bytes.with(40, bytes[40]! ^ 1), bytes.subarray(4), new Uint8Array(0)]) {
    writeFileSync(file, damaged)
    expect(() => openPoints(file)).toThrow('damaged')
    const network = finder('a')
    await landmarksOf(cache, { finder: network })
    expect(network.seen).toBe(3)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  }
  expect(() => openPoints(file, { count: 4 })).toThrow('damaged')
  expect(() => openPoints(`${file}.none`)).toThrow('There are no points')
  expect(() => openPoints(file).points(3)).toThrow('no face 3 of 3')
})

it('are not kept in part', async () => {
  const cache = await faces()
  await expect(landmarksOf(cache, { finder: finder('a', 16) })).rejects.toThrow('no power')
  const stop = new AbortController()
  const progress = (): void => stop.abort(new Error('enough'))
  await expect(landmarksOf(cache, { finder: finder('a'), signal: stop.signal, progress })).rejects.toThrow('enough')
  expect(kept(cache)).toEqual([])
})
