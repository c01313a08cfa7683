// A generative teacher: standardised maps, the same each time, remembered or not; and what is refused.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataset } from '../datasets/open.ts'
import { packCache } from '../datasets/packCache.ts'
import { temporary } from '../datasets/testFaces.ts'
import type { Recipe } from '../training/recipe.ts'
import { viewMaker } from '../training/viewBatch.ts'
import { openTeachers } from './teacher.ts'
import { CHANNELS, shrunk, writeFaces, writeTeachers } from './testGdrd.ts'

const { folder, remove } = temporary()
afterAll(remove)
const data = path.join(folder, 'faces')
const FACES = 12
let roles: Map<string, string>
beforeAll(async () => {
  await writeFaces(data, 4, FACES / 4)
  roles = writeTeachers(path.join(folder, 'teachers'))
})
const gdrd = (): Recipe => shrunk('d/small/gdrd.json', [1, 1, 1], FACES)

describe('the generative teacher', () => {
  const files = (): Map<string, { name: string; bytes: Uint8Array }> =>
    new Map([...roles].map(([role, file]) => [role, { name: path.basename(file), bytes: readFileSync(file) }]))
  const KEY = 'generative(enlarged).features'
  async function asked(recipe: Recipe) {
    const dataset = await openDataset(data)
    const cache = await packCache(dataset, path.join(folder, 'cache'))
    await dataset.close()
    const samples = Int32Array.from({ length: FACES }, (_, i) => i)
    const teachers = (await openTeachers(recipe, files()))!
    await teachers.prepare(cache, samples, { signal: new AbortController().signal })
    const { views, pixels, seed } = recipe
    const make = viewMaker({ cache: '', samples, labels: samples, views, pixels, seed, batch: FACES }, cache)
    const answer = async () => (await teachers.answer(make(0), new Set([KEY]))).get(KEY)!
    const [first, second] = [await answer(), await answer()]
    await teachers.release()
    cache.close()
    return { first, second }
  }
  it('gives standardised maps, the same each time, remembered or not', async () => {
    const { first, second } = await asked(gdrd())
    expect(first.shape).toEqual([FACES, 2, 2, CHANNELS])
    expect(second.data).toEqual(first.data)
    const { remember: _, ...each } = gdrd()
    for (const [i, v] of (await asked(each)).first.data.entries()) expect(v).toBeCloseTo(first.data[i]!, 4)
    // Mean and deviation are those of unmirrored faces; without mirroring they come out as 0 and 1.
    const unmirrored = gdrd()
    for (const view of unmirrored.views) view.flip = 'none'
    const { data } = (await asked(unmirrored)).first
    for (let c = 0; c < CHANNELS; c++) {
      const own = [...data].filter((_, i) => i % CHANNELS === c)
      const mean = own.reduce((a, b) => a + b, 0) / own.length
      expect(mean).toBeCloseTo(0, 4)
      expect(own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / own.length).toBeCloseTo(1, 3)
    }
  })
  it('is refused where it has no such map, or is shown a view that is drawn anew', async () => {
    const swapped = new Map([...files(), ['generative', files().get('teacher')!]])
    await expect(openTeachers(gdrd(), swapped)).rejects.toThrow(/has no output "features" that is a map/)
    const degraded = gdrd()
    degraded.views.find((v) => v.name === 'enlarged')!.degrade = 'surveillance'
    await expect(openTeachers(degraded, files())).rejects.toThrow(/drawn anew/)
  })
})
