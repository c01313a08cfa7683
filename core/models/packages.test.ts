// The shipped packages are whole; damaged ones are named, never used.
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { resource } from '../base/root.ts'
import { openSession } from '../runtime/session.ts'
import { galleryNetwork } from '../contract/models.ts'
import { findPackage, listPackages, loadModel, loadNetworks, modelFile } from './packages.ts'
import { cosine, selfTest } from './selfTest.ts'
import { patternImage } from './pattern.ts'
import { temporaryFolder } from './testModels.ts'

describe('the shipped packages', () => {
  const { packages, problems } = listPackages()

  it('are a detector, recognisers and a hallucinator, none damaged', () => {
    expect(problems).toEqual([])
    expect(packages.every((p) => p.shipped)).toBe(true)
    expect(new Set(packages.map((p) => p.card.role))).toEqual(new Set(['detector', 'recogniser', 'hallucinator']))
    for (const p of packages) {
      const { model, gallery } = loadNetworks(p)
      expect(model.length + (gallery?.length ?? 0)).toBe(p.bytes)
    }
  })

  it.each(packages.filter((p) => p.card.selfTest).map((p) => [p.card.name, p] as const))(
    '%s gives the answer in its card',
    async (_name, p) => {
      const networks = loadNetworks(p)
      const session = await openSession(networks.model, { threads: 1 })
      const gallery = networks.gallery && (await openSession(networks.gallery, { threads: 1 }))
      const result = await selfTest(session, p.card, gallery)
      expect(result.cosine).toBeGreaterThanOrEqual(0.9999)
      expect(result).toMatchObject({ ok: true, networks: gallery ? 2 : 1 })
      await Promise.all([session.release(), gallery?.release()])
    },
  )

  it('are named with licence and hash in the third-party notices', () => {
    const notices = readFileSync(resource('..', 'THIRD-PARTY-NOTICES.md'), 'utf8')
    for (const { card } of packages) {
      expect(notices).toContain(card.sha256)
      expect(notices).toContain(galleryNetwork(card))
    }
  })
})

describe('a damaged package', () => {
  const copy = () => {
    const store = temporaryFolder()
    const [source] = listPackages().packages.filter((p) => p.card.role === 'detector')
    const folder = path.join(store, 'models', source!.card.sha256)
    cpSync(source!.folder, folder, { recursive: true })
    return { store, folder, list: () => listPackages(store, path.join(store, 'none')) }
  }

  it('with one changed byte is listed but not loaded', () => {
    const { folder, list } = copy()
    const model = readFileSync(modelFile({ folder }))
    model[1_000_000]! ^= 1
    writeFileSync(modelFile({ folder }), model)
    const { packages } = list()
    expect(packages).toHaveLength(1)
    expect(() => loadModel(packages[0]!)).toThrow(/was changed after it was imported/)
    rmSync(modelFile({ folder }))
    expect(() => loadModel(packages[0]!)).toThrow(/cannot be read\. Import it again\./)
  })

  it.each<[string, (folder: string) => void, RegExp]>([
    ['without a model', (f) => rmSync(path.join(f, 'model.onnx')), /it has no model/],
    ['without a card', (f) => rmSync(path.join(f, 'card.json')), /its card cannot be read/],
    ['with half a card', (f) => appendFileSync(path.join(f, 'card.json'), '{'), /its card cannot be read/],
    ['with a card of a newer form', (f) => changeCard(f, { schema: 2 }), /its card is not valid \(schema\)/],
    [
      'with the card of another model',
      (f) => changeCard(f, { sha256: '0'.repeat(64) }),
      /its card belongs to another model/,
    ],
  ])('%s is reported with its reason', (_what, spoil, reason) => {
    const { folder, list } = copy()
    spoil(folder)
    const { packages, problems } = list()
    expect(packages).toEqual([])
    expect(problems).toMatchObject([{ folder, reason: expect.stringMatching(reason) }])
  })

  it('does not hide the others, and stray files and imports in the making are passed over', () => {
    const { store, folder, list } = copy()
    writeFileSync(path.join(store, 'models', 'readme.txt'), '')
    mkdirSync(path.join(store, 'models', '.incoming-1-1'))
    mkdirSync(path.join(store, 'models', 'f'.repeat(64)))
    expect(list()).toMatchObject({ packages: [{ folder }], problems: [{ folder: expect.stringMatching(/f{64}$/) }] })
  })
})

function changeCard(folder: string, change: object): void {
  const file = path.join(folder, 'card.json')
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...change }))
}

it('asks for a model that is not there by name', () => {
  expect(() => findPackage([], 'ab'.repeat(32))).toThrow('There is no model package abababababab…')
})

it('draws the self-test image from its formula, the same bytes everywhere', () => {
  const { data, width } = patternImage(112)
  expect([width, data.length]).toEqual([112, 112 * 112 * 3])
  // Corner, an eye, the mouth, the far corner.
  const at = (x: number, y: number) => [...data.subarray((y * 112 + x) * 3, (y * 112 + x) * 3 + 3)]
  expect([at(0, 0), at(38, 49), at(56, 85), at(111, 111)]).toEqual([
    [56, 64, 88],
    [43, 35, 33],
    [155, 65, 75],
    [119, 127, 151],
  ])
  expect(cosine(data, patternImage(112, 2).data)).toBeLessThan(0.999)
})
