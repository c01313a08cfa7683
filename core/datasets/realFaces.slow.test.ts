// The room on real faces: two sets as they are distributed, and a leak that one of them is known to have.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { appRoot } from '../base/root.ts'
import { leakAudit } from './leakAudit.ts'
import { openDataset } from './open.ts'
import { packCache } from './packCache.ts'
import { joinDatasets, selectSamples } from './select.ts'
import { temporary } from './testFaces.ts'

const faces = path.resolve(appRoot, process.env.VESTIGE_SHARED ?? '../shared', 'faces')
const [lfw, celebrities] = ['lfw-folds-1-8', 'celebrities-24'].map((name) => path.join(faces, name)) as [string, string]
const { folder, remove } = temporary()
afterAll(remove)

describe.skipIf(!existsSync(lfw) || !existsSync(celebrities))('real faces (skipped where they are absent)', () => {
  it('both sets open without a problem, and a joined part is packed', async () => {
    const [a, b] = [await openDataset(lfw), await openDataset(celebrities)]
    expect([a.format, b.format]).toEqual(['lfw', 'folder'])
    expect([...a.problems, ...b.problems]).toEqual([])
    const some = selectSamples(joinDatasets([a, b]), (_, i) => i % 60 === 0)
    const cache = await packCache(some, path.join(folder, 'some'))
    expect(cache.count).toBe(some.samples.length)
    expect(cache.problems).toEqual([])
    expect(cache.read(cache.count - 1)).toEqual(await some.decode(cache.count - 1))
    cache.close()
  })
  it('finds the photograph that LFW has under two names', async () => {
    const set = await openDataset(lfw)
    const first = selectSamples(set, (s) => /^[AB]/.test(s.identity))
    const others = selectSamples(set, (s) => s.identity.startsWith('R'))
    const { names, thumbnails } = await leakAudit(first, others)
    expect(names).toEqual([])
    expect(thumbnails.map((t) => [path.basename(t.a), path.basename(t.b)])).toContainEqual([
      'Bart_Hendricks_0001.jpg',
      'Ricky_Ray_0001.jpg',
    ])
    expect(thumbnails.length).toBeLessThan(5)
  })
})
