// What was trained here is a package that can be taken over elsewhere, and only as it was made.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { importPackage, type PackageFiles } from './importPackage.ts'
import { importedFolder, listPackages } from './packages.ts'
import { temporaryFolder, tinyModel, tinyPixels } from './testModels.ts'
import { LIMITS, writeTrainedPackage } from './trained.ts'

const about = {
  name: 'Trained',
  version: '1',
  description: '',
  network: 'tiny',
  parameters: 1,
  macs: 1,
  trainedOn: '',
  recipe: '',
  licence: '',
  source: '',
  validatedFrom: null,
  measurements: [],
  limits: [...LIMITS],
}
async function made(pair = true): Promise<PackageFiles> {
  const folder = path.join(temporaryFolder(), 'package')
  await writeTrainedPackage(folder, {
    about,
    pixels: tinyPixels(),
    model: tinyModel({ seed: 1 }),
    gallery: pair ? tinyModel({ seed: 2 }) : null,
    flip: true,
    probe: pair ? { upTo: 40 } : null,
    second: { upTo: 20, weight: 0.5 },
    people: ['0123456789abcdef'],
  })
  const read = (name: string): Buffer => readFileSync(path.join(folder, name))
  return {
    card: read('card.json'),
    model: read('model.onnx'),
    gallery: existsSync(path.join(folder, 'gallery.onnx')) ? read('gallery.onnx') : null,
  }
}
const changed = (files: PackageFiles, change: (card: Record<string, unknown>) => void): PackageFiles => {
  const card = JSON.parse(new TextDecoder().decode(files.card)) as Record<string, unknown>
  change(card)
  return { ...files, card: Buffer.from(JSON.stringify(card)) }
}

describe('a package folder', () => {
  it.each([true, false])('is taken over with all that its card says (a pair: %s)', async (pair) => {
    const store = temporaryFolder()
    const files = await made(pair)
    const taken = await importPackage(files, store)
    const probe = pair ? { upTo: 40 } : null
    expect(taken.card).toMatchObject({
      name: 'Trained',
      inference: { flip: true, probe, second: { upTo: 20, weight: 0.5 } },
    })
    expect(listPackages(store, path.join(store, 'none')).packages).toEqual([taken])
    await expect(importPackage(files, store)).rejects.toThrow(/here already/)
  })

  it.each([
    ['another network', (f: PackageFiles) => ({ ...f, model: tinyModel({ seed: 3 }) }), /not those of its card/],
    [
      'no gallery network where its card has one',
      (f: PackageFiles) => ({ ...f, gallery: null }),
      /not those of its card/,
    ],
    [
      'a card that promises another answer',
      (f: PackageFiles) =>
        changed(f, (card) => {
          const test = card['selfTest'] as { embedding: number[] }
          test.embedding = test.embedding.map((v, i) => (i % 2 ? v : -v))
        }),
      /does not answer as its card says/,
    ],
    ['a card that is no JSON', (f: PackageFiles) => ({ ...f, card: Buffer.from('{') }), /no JSON/],
    [
      'a size for large probes that is none',
      (f: PackageFiles) => changed(f, (card) => Object.assign(card['inference'] as object, { probe: { upTo: 0 } })),
      /"inference\.probe\.upTo" is not as it should be/,
    ],
    [
      'large probes for a gallery network that it has not',
      (f: PackageFiles) => changed(f, (card) => Object.assign(card['inference'] as object, { gallery: null })),
      /cannot be used: it sends large probes to a gallery network, and the package has none/,
    ],
    ['a card with a field missing', (f: PackageFiles) => changed(f, (card) => delete card['pixels']), /"pixels"/],
  ])('with %s is refused, and nothing of it is kept', async (_what, spoil, sentence) => {
    const store = temporaryFolder()
    await expect(importPackage(spoil(await made()), store)).rejects.toThrow(sentence)
    expect(existsSync(importedFolder(store)) ? readdirSync(importedFolder(store)) : []).toEqual([])
  })

  it('is not validated because its card says so', async () => {
    const files = changed(await made(false), (card) => (card['state'] = 'validated'))
    expect((await importPackage(files, temporaryFolder())).card.state).toBe('experimental')
  })
})
