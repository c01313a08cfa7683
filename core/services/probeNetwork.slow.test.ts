// A package that sends large probes through its gallery network: imported, searched with, recorded and replayed.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alignFace } from '../images/align.ts'
import { decodeImage } from '../images/decode.ts'
import { findPackage, listPackages } from '../models/packages.ts'
import { openRecogniser, type OpenRecogniser } from '../models/recogniser.ts'
import { cosine } from '../models/selfTest.ts'
import { writeTrainedPackage } from '../models/trained.ts'
import { openTestApplication, type TestApplication } from './testing.ts'
import { randomRecogniser, writeStrips } from './testingPhotos.ts'
import { addProbeOf, type Enrolled } from './testingProbes.ts'

const UP_TO = 40
let app: TestApplication
let enrolled: Enrolled & { imageId: number }
let galleryId: number
let caseId: number
let networks: OpenRecogniser
/** Packages of the same two networks: with the option, and without it. */
let sized: string
let plain: string

const about = {
  version: '1',
  description: '',
  network: 'random',
  parameters: null,
  macs: null,
  trainedOn: 'nothing',
  recipe: '',
  licence: '',
  source: '',
  validatedFrom: null,
  measurements: [],
  limits: [],
}
async function imported(name: string, probe: { upTo: number } | null): Promise<string> {
  const folder = path.join(app.folder, `${name}-to-import`)
  const { bytes, pixels } = randomRecogniser(1)
  const gallery = randomRecogniser(2).bytes
  await writeTrainedPackage(folder, {
    about: { ...about, name },
    pixels: { ...pixels, resampler: 'vestige-bicubic-warp-1' },
    model: bytes,
    gallery,
    flip: false,
    probe,
    second: { upTo: 20, weight: 0.25 },
    people: [],
  })
  const card = new Uint8Array(readFileSync(path.join(folder, 'card.json')))
  return (await app.call('models.importPackage', { card, model: bytes, gallery })).hash
}
const use = async (hash: string): Promise<void> => {
  await app.call('models.activate', { sha256: hash, reenrol: true })
  for (const { id } of await app.call('jobs.list', { active: true })) await app.call('jobs.wait', { id })
}

beforeAll(async () => {
  app = await openTestApplication()
  await app.call('settings.set', { detectorMaxEnlargement: 1 })
  const photographs = path.join(app.folder, 'photographs')
  await writeStrips(photographs, 8, 2)
  sized = await imported('sized', { upTo: UP_TO })
  plain = await imported('plain', null)
  await use(plain)
  galleryId = (await app.call('galleries.create', { name: 'g' })).id
  caseId = (await app.call('cases.create', { name: 'c' })).id
  const { id } = await app.call('galleries.enrol', { galleryId, source: { kind: 'folder', path: photographs } })
  expect((await app.call('jobs.wait', { id })).state.kind).toBe('done')
  const image = (await app.call('galleries.images', { galleryId })).rows.find((r) => r.state.kind === 'enrolled')!
  const { points } = await app.call('galleries.view', { imageId: image.id, kind: 'face' })
  enrolled = { imageId: image.id, file: path.join(photographs, image.fileName), points: points! }
  networks = await openRecogniser(findPackage(listPackages(app.folder).packages, sized))
})
afterAll(async () => {
  await networks.release()
  expect(app.defects).toEqual([])
  await app.dispose()
})
const search = (probeId: number) => app.call('searches.start', { probeId, galleryId, perSubject: 'all' as const })

test('the two packages are two: a template of one is never compared with one of the other', async () => {
  expect(sized).not.toBe(plain)
  const cards = (await app.call('models.list', {})).filter((m) => [sized, plain].includes(m.hash)).map((m) => m.card)
  expect(cards.map((card) => card.inference?.probe).toSorted()).toEqual([{ upTo: UP_TO }, null])
  expect(new Set(cards.map((card) => card.sha256)).size).toBe(1)
})

test('a probe of 30 px and one of 100 px go through different networks, and the records say which', async () => {
  await use(sized)
  const { sha256, inference } = networks.card
  for (const [side, network, made] of [
    [30, sha256, 'probe'],
    [100, inference!.gallery!.sha256, 'gallery'],
  ] as const) {
    const probe = await addProbeOf(app, caseId, enrolled, side)
    const { search: record, candidates } = await search(probe.id)
    expect(record).toMatchObject({
      modelHash: sized,
      inference: { probeNetwork: network, galleryNetwork: inference!.gallery!.sha256, probe: { upTo: UP_TO } },
    })
    expect(record.inference!.nativeSide).toBe(probe.nativeSide)
    const { image } = await decodeImage(probe.png, 'p.png')
    const face = alignFace(image, probe.points, networks.card.pixels!)
    const own = { probe: networks.forProbe(UP_TO), gallery: networks.gallery }
    const [template] = await own[made].templates([face])
    const [other] = await own[made === 'probe' ? 'gallery' : 'probe'].templates([face])
    const candidate = candidates.find((c) => c.imageId === enrolled.imageId)!
    const reference = await decodeImage(new Uint8Array(readFileSync(enrolled.file)), 'g.jpg')
    const [gallery] = await networks.gallery.templates([
      alignFace(reference.image, enrolled.points, networks.card.pixels!),
    ])
    expect(candidate.score).toBeCloseTo(cosine(template!, gallery!), 5)
    expect(Math.abs(cosine(other!, gallery!) - candidate.score)).toBeGreaterThan(0.01)
  }
})

test('a small probe gets its second score as before', async () => {
  const { id } = await addProbeOf(app, caseId, enrolled, 12)
  const { search: record, candidates } = await search(id)
  expect(record.inference).toMatchObject({ probeNetwork: networks.card.sha256, second: { used: true } })
  const replayed = await app.call('searches.replay', { id: record.id })
  expect(replayed).toMatchObject({ sameRanks: true, maxScoreDelta: 0 })
  expect(candidates.every((c) => c.parts !== null)).toBe(true)
})

test('a gallery photograph that is a probe, too, is itself only where one network makes both', async () => {
  const found = async (): Promise<{ id: number; score: number; network: string }> => {
    const { id, nativeSide } = await addProbeOf(app, caseId, enrolled)
    expect(nativeSide).toBeGreaterThan(UP_TO)
    const { search: record, candidates } = await search(id)
    const { score } = candidates.find((c) => c.imageId === enrolled.imageId)!
    return { id: record.id, score, network: record.inference!.probeNetwork }
  }
  await use(plain)
  const before = await found()
  expect(before.network).toBe(networks.card.sha256)
  expect(before.score).toBeLessThan(0.99)
  await use(sized)
  const after = await found()
  expect(after.network).toBe(networks.card.inference!.gallery!.sha256)
  expect(after.score).toBeCloseTo(1, 4)
  // Both come out as they were, whichever is in use, and after a restart.
  for (const hash of [plain, sized]) {
    await use(hash)
    await app.reopen()
    for (const { id } of [before, after])
      expect(await app.call('searches.replay', { id })).toMatchObject({ sameRanks: true, maxScoreDelta: 0 })
  }
  const records = await Promise.all([before, after].map(({ id }) => app.call('searches.get', { id })))
  expect(records.map((r) => r.search.inference!.probe)).toEqual([null, { upTo: UP_TO }])
})

test('a probe that was made under one package gets another template under the other', async () => {
  await use(plain)
  const { id } = await addProbeOf(app, caseId, enrolled, 60)
  const first = await search(id)
  await use(sized)
  const second = await search(id)
  expect(second.search.templateId).not.toBe(first.search.templateId)
  expect(second.search.inference!.probeNetwork).not.toBe(first.search.inference!.probeNetwork)
  expect(await app.call('audit.verify', {})).toMatchObject({ ok: true, problems: [] })
})
