// A pair of networks: imported only where the two fit, verified, self-tested, and put to their own work each.
import { appendFileSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageHash } from '../base/packageHash.ts'
import { sha256 } from '../base/sha256.ts'
import { importModel, type ImportRequest } from './import.ts'
import { openHere } from './inspect.ts'
import { importedFolder, listPackages, loadNetworks, type PackageOnDisk } from './packages.ts'
import { SHARED_SPACE } from './pairCard.ts'
import { patternImage } from './pattern.ts'
import { openRecogniser } from './recogniser.ts'
import { cosine, selfTest } from './selfTest.ts'
import { temporaryFolder, tinyModel, tinyPixels } from './testModels.ts'

const probes = tinyModel({ seed: 1 })
const galleries = tinyModel({ seed: 2 })
async function base(store: string): Promise<PackageOnDisk> {
  return importModel({ bytes: probes, fileName: 'probes.onnx', name: 'Base', pixels: tinyPixels(), storeFolder: store })
}
async function pair(more: Partial<ImportRequest> = {}): Promise<{ store: string; made: PackageOnDisk }> {
  const store = temporaryFolder()
  const made = await importModel({
    bytes: galleries,
    fileName: 'teacher.onnx',
    name: 'Pair',
    pixels: tinyPixels(),
    storeFolder: store,
    galleryNetworkOf: await base(store),
    ...more,
  })
  return { store, made }
}

describe('a pair', () => {
  it('is a package of its own beside its base, and says what nobody checked', async () => {
    const { store, made } = await pair()
    const found = listPackages(store, path.join(store, 'none')).packages
    expect(found.map((p) => p.card.name)).toEqual(['Base', 'Pair'])
    expect(found[1]).toEqual(made)
    expect(made.hash).toBe(packageHash(made.card))
    expect(made.hash).not.toBe(found[0]!.hash)
    expect(made.card).toMatchObject({
      sha256: sha256(probes),
      inference: { flip: false, gallery: { sha256: sha256(galleries) }, probe: null, second: null },
      state: 'experimental',
      measurements: [],
    })
    expect(made.card.limits[0]).toBe(SHARED_SPACE)
    expect(loadNetworks(made)).toEqual({ model: Buffer.from(probes), gallery: Buffer.from(galleries) })
    expect(made.bytes).toBe(probes.length + galleries.length)
  })

  it('makes probe templates with one network and gallery templates with the other', async () => {
    const { made } = await pair()
    const opened = await openRecogniser(made)
    const face = patternImage(32)
    const alone = await Promise.all([probes, galleries].map((model) => embeddingOf(model)))
    const [probe] = await opened.forProbe(32).templates([face])
    const [gallery] = await opened.gallery.templates([face])
    expect(cosine(probe!, alone[0]!)).toBeCloseTo(1, 6)
    expect(cosine(gallery!, alone[1]!)).toBeCloseTo(1, 6)
    expect(Math.abs(cosine(probe!, gallery!))).toBeLessThan(0.9)
    await opened.release()
  })

  it('is self-tested as a whole: another gallery network does not pass', async () => {
    const { made } = await pair()
    const [probe, gallery, other] = await Promise.all(
      [probes, galleries, tinyModel({ seed: 3 })].map((m) => openHere(m)),
    )
    expect(await selfTest(probe!, made.card, gallery!)).toMatchObject({ ok: true, networks: 2 })
    expect(await selfTest(probe!, made.card, other!)).toMatchObject({ ok: false })
    expect(await selfTest(other!, made.card, gallery!)).toMatchObject({ ok: false })
    const { selfTest: stored } = made.card
    const silent = { ...made.card, selfTest: { image: stored!.image, embedding: stored!.embedding } }
    await expect(selfTest(probe!, silent, gallery!)).rejects.toThrow(/no self-test of its gallery network/)
    await Promise.all([probe, gallery, other].map((session) => session!.release()))
  })

  it('with a changed or missing gallery network is not used', async () => {
    const { store, made } = await pair()
    appendFileSync(path.join(made.folder, 'gallery.onnx'), 'x')
    expect(() => loadNetworks(made)).toThrow(/the SHA-256 of gallery\.onnx is not the one in its card/)
    rmSync(path.join(made.folder, 'gallery.onnx'))
    expect(listPackages(store, path.join(store, 'none')).problems).toMatchObject([
      { reason: expect.stringContaining('it has no gallery.onnx') as string },
    ])
  })

  it('is refused where the networks do not fit, and nothing is left of it', async () => {
    const attempt = async (more: Partial<ImportRequest>): Promise<unknown> => {
      const store = temporaryFolder()
      const of = await base(store)
      const error = await importModel({
        bytes: galleries,
        fileName: 'teacher.onnx',
        name: 'Pair',
        pixels: tinyPixels(),
        storeFolder: store,
        galleryNetworkOf: of,
        ...more,
      }).catch((e: unknown) => e)
      expect(readdirSync(importedFolder(store))).toEqual([of.hash])
      return error
    }
    expect(await attempt({ bytes: tinyModel({ seed: 2, units: 32 }) })).toMatchObject({
      code: 'wrong-model',
      message: expect.stringMatching(/it gives 32 numbers, and Base gives 64/) as string,
    })
    expect(await attempt({ bytes: tinyModel({ seed: 2, size: 48 }), pixels: tinyPixels(48) })).toMatchObject({
      message: expect.stringContaining('size 48 where the package has 32') as string,
    })
    const scaled = { ...tinyPixels(), scale: [255, 255, 255] as [number, number, number] }
    expect(await attempt({ pixels: scaled })).toMatchObject({
      message: expect.stringContaining('scale 255/255/255 where the package has 127.5/127.5/127.5') as string,
    })
    expect(await attempt({ bytes: probes })).toMatchObject({
      message: expect.stringContaining('own network') as string,
    })
  })

  it('is refused where it is here already', async () => {
    const { store, made } = await pair()
    const of = listPackages(store).packages.find((p) => p.card.name === 'Base')!
    const again = importModel({
      bytes: galleries,
      fileName: 'teacher.onnx',
      name: 'Again',
      pixels: tinyPixels(),
      storeFolder: store,
      galleryNetworkOf: of,
    })
    await expect(again).rejects.toMatchObject({ code: 'conflict', message: 'teacher.onnx is here already, as Pair.' })
    expect(made.card.name).toBe('Pair')
  })
})

async function embeddingOf(model: Uint8Array): Promise<Float32Array> {
  const session = await openHere(model)
  const { createRecogniser } = await import('../faces/embed.ts')
  const card = { name: 'm', role: 'recogniser', embedding: 64, pixels: tinyPixels() }
  const [vector] = await createRecogniser(session, card as never).templates([patternImage(32)])
  await session.release()
  return vector!
}
