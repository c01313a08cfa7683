// Packages from the command line: a gallery network of one's own beside a probe network, put to use, searched with.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomRecogniser } from '../../core/services/testingPhotos.ts'
import { photograph, vestige } from './harness.ts'

interface Listed {
  models: { hash: string; active: boolean; card: { name: string; sha256: string; inference?: object | null } }[]
  stale: string[]
}
let root: string
let inStore: string[]

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'vestige-models-'))
  inStore = ['--store', path.join(root, 'store'), '--json']
  for (const n of [1, 2] as const) {
    const folder = path.join(root, 'people', `Person ${n}`)
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'reference.jpg'), await photograph(n))
  }
  for (const seed of [1, 2]) await writeFile(path.join(root, `net${seed}.onnx`), randomRecogniser(seed).bytes)
}, 60_000)
afterAll(() => rm(root, { recursive: true, force: true }))

describe('vestige', () => {
  it('pairs a package with a gallery network of one’s own, and says what it did not check', async () => {
    await vestige('enrol', path.join(root, 'people'), '--gallery', 'references', ...inStore)
    const base = await vestige('import-model', path.join(root, 'net1.onnx'), '--yes', '--name', 'Base', ...inStore)
    expect(base.code).toBe(0)
    const other = path.join(root, 'net2.onnx')
    const nobody = await vestige('import-model', other, '--yes', '--gallery-network-of', 'nobody', ...inStore)
    expect([nobody.code, nobody.json<{ error: { message: string } }>().error.message]).toEqual([
      3,
      expect.stringMatching(/^There is no model package "nobody"; here are: .*Base/),
    ])
    const paired = await vestige('import-model', other, '--yes', '--gallery-network-of', 'base', ...inStore)
    const { package: made } = paired.json<{ package: Listed['models'][number] & { card: { limits: string[] } } }>()
    expect(made.card).toMatchObject({
      name: 'Base with net2',
      sha256: base.json<{ inspection: { sha256: string } }>().inspection.sha256,
    })
    expect(made.card.limits[0]).toMatch(/not checked here. Measure it/)
    const folder = path.join(root, 'store', 'models', made.hash)
    expect(await readFile(path.join(folder, 'gallery.onnx'))).toEqual(await readFile(other))
    const wrong = await vestige('import-model', other, '--scale', '255', '--gallery-network-of', 'base', ...inStore)
    expect(wrong.json()).toMatchObject({
      error: { code: 'wrong-model', message: expect.stringMatching(/scale 255/) as string },
    })
  })

  it('puts it to use and re-enrols in one command; a search tells of both networks', async () => {
    const used = await vestige('models', '--use', 'base with net2', '--reenrol', ...inStore)
    const { models, stale } = used.json<Listed>()
    expect(models.find((m) => m.active && m.card.name === 'Base with net2')).toBeDefined()
    expect(stale).toEqual([])
    const probe = path.join(root, 'probe.jpg')
    await writeFile(probe, await photograph(2, 320))
    const found = await vestige('search', probe, '--gallery', 'references', ...inStore)
    const { search, candidates } = found.json<{ search: { inference: object }; candidates: object[] }>()
    const pair = models.find((m) => m.active && m.card.name === 'Base with net2')!
    expect(search).toMatchObject({
      modelHash: pair.hash,
      inference: {
        probeNetwork: pair.card.sha256,
        galleryNetwork: (pair.card.inference as { gallery: { sha256: string } }).gallery.sha256,
        flip: false,
        probe: null,
        nativeSide: expect.any(Number) as number,
        second: null,
      },
    })
    expect(candidates[0]).toMatchObject({ rank: 1, parts: null })
  })
})
