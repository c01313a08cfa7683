// Packages with inference options at work: a pair of networks, flip, and the second score, kept, cancelled and replayed.
import path from 'node:path'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Job } from '../contract/jobs.ts'
import type { SearchResult } from '../contract/searches.ts'
import { alignFace } from '../images/align.ts'
import { decodeImage } from '../images/decode.ts'
import { fuse } from '../matching/fuse.ts'
import { findPackage, listPackages } from '../models/packages.ts'
import { openRecogniser } from '../models/recogniser.ts'
import { cosine } from '../models/selfTest.ts'
import { writeTestPackage } from '../models/testModels.ts'
import { openTestApplication, type TestApplication } from './testing.ts'
import { addProbeOf, type Enrolled } from './testingProbes.ts'
import { randomRecogniser, writeStrips } from './testingPhotos.ts'
import type { z } from 'zod'

const UP_TO = 20
const WEIGHT = 0.35
let app: TestApplication
let hash: string
let galleryId: number
let caseId: number
let first: z.infer<typeof SearchResult>
let enrolled: Enrolled
let photographs: string

beforeAll(async () => {
  app = await openTestApplication()
  await app.call('settings.set', { detectorMaxEnlargement: 1 })
  photographs = path.join(app.folder, 'photographs')
  await writeStrips(photographs, 24)
  const { bytes, pixels } = randomRecogniser(1)
  hash = writeTestPackage(
    path.join(app.folder, 'models'),
    { model: bytes, gallery: randomRecogniser(2).bytes },
    {
      name: 'pair',
      embedding: 64,
      pixels: { ...pixels, resampler: 'vestige-bicubic-warp-1' },
      inference: { flip: true, gallery: null, second: { upTo: UP_TO, weight: WEIGHT } },
    },
  )
  await app.reopen()
  await app.call('models.activate', { sha256: hash })
  galleryId = (await app.call('galleries.create', { name: 'g' })).id
  caseId = (await app.call('cases.create', { name: 'c' })).id
  const job = await app.call('galleries.enrol', { galleryId, source: { kind: 'folder', path: photographs } })
  expect((await wait(job)).state.kind).toBe('done')
  const image = (await app.call('galleries.images', { galleryId })).rows.find((r) => r.state.kind === 'enrolled')!
  const { points } = await app.call('galleries.view', { imageId: image.id, kind: 'face' })
  enrolled = { file: path.join(photographs, image.fileName), points: points! }
})
afterAll(async () => {
  expect(app.defects).toEqual([])
  await app.dispose()
})
const wait = (job: Job): Promise<Job> => app.call('jobs.wait', { id: job.id })

const probe = (side: number) => addProbeOf(app, caseId, enrolled, side)
/** Audit rows that tell of shrunk faces that were made. */
const made = async (): Promise<number> =>
  (await app.call('audit.list', { text: 'shrunk', limit: 1000 })).rows.filter((r) => r.parameters.includes('"shrunk"'))
    .length

test('a small probe is ranked by the fused score, and the record says how', async () => {
  const { id, nativeSide: side } = await probe(12)
  const stages = new Set<string>()
  first = await app.call(
    'searches.start',
    { probeId: id, galleryId, top: 10 },
    { onProgress: (p) => void stages.add(p.stage) },
  )
  const { templates } = await app.call('galleries.get', { id: galleryId })
  const found = findPackage(listPackages(app.folder).packages, hash)
  expect(first.search).toMatchObject({
    modelHash: hash,
    inference: {
      probeNetwork: found.card.sha256,
      galleryNetwork: found.card.inference!.gallery!.sha256,
      flip: true,
      nativeSide: side,
      second: { upTo: UP_TO, weight: WEIGHT, used: true, limit: 1000, compared: templates },
    },
  })
  expect([...stages]).toEqual(['comparing', 'second'])
  for (const { score, parts } of first.candidates)
    expect(score).toBeCloseTo((1 - WEIGHT) * parts!.cosine + WEIGHT * parts!.second, 12)
  const { quality } = (await app.call('probes.list', { caseId })).find((p) => p.id === id)!
  expect(quality.find((q) => q.name === 'nativeSidePx')!.value).toBe(side)
})

test('its parts are those that the two networks give, computed again from the photographs', async () => {
  const found = findPackage(listPackages(app.folder).packages, hash)
  const networks = await openRecogniser(found)
  const probes = await app.call('probes.list', { caseId })
  const { points, evidenceId } = probes.find((p) => p.id === first.search.probeId)!
  const still = (await app.call('evidence.list', { caseId })).find((e) => e.id === evidenceId)!
  const small = await decodeImage(
    new Uint8Array(readFileSync(path.join(app.folder, 'blobs', still.sha256.slice(0, 2), still.sha256.slice(2)))),
    'p.png',
  )
  const [template] = await networks
    .forProbe(first.search.inference!.nativeSide)
    .templates([alignFace(small.image, points, found.card.pixels!)])
  for (const candidate of first.candidates.slice(0, 3)) {
    const { points: at } = await app.call('galleries.view', { imageId: candidate.imageId, kind: 'face' })
    const { image } = await decodeImage(
      new Uint8Array(readFileSync(path.join(photographs, candidate.fileName))),
      'g.jpg',
    )
    const aligned = alignFace(image, at!, found.card.pixels!)
    const [gallery] = await networks.gallery.templates([aligned])
    const [shrunk] = await networks.galleryAt([aligned], first.search.inference!.nativeSide)
    expect(cosine(template!, gallery!)).toBeCloseTo(candidate.parts!.cosine, 5)
    expect(cosine(template!, shrunk!)).toBeCloseTo(candidate.parts!.second, 5)
  }
  await networks.release()
})

test('the next search at the same side makes nothing anew and says the same', async () => {
  const before = await made()
  expect(before).toBeGreaterThan(0)
  const again = await app.call('searches.start', { probeId: first.search.probeId, galleryId, top: 10 })
  expect(again.candidates).toEqual(first.candidates)
  expect(await made()).toBe(before)
})

test('every image stands for itself where that is asked', async () => {
  const { candidates } = await app.call('searches.start', {
    probeId: first.search.probeId,
    galleryId,
    top: 1000,
    perSubject: 'all',
  })
  const scored = candidates.map(({ templateId, subjectId, parts }) => ({ templateId, subjectId, ...parts! }))
  expect(candidates).toHaveLength(first.search.inference!.second!.compared)
  const best = fuse(scored, { weight: WEIGHT, top: 10, perSubject: 'best' })
  expect(best.map((f) => f.templateId)).toEqual(first.candidates.map((c) => c.templateId))
})

test('a larger probe is ranked by the cosine alone', async () => {
  const { id, nativeSide: side } = await probe(30)
  const { search, candidates } = await app.call('searches.start', { probeId: id, galleryId })
  expect(search.inference).toMatchObject({ nativeSide: side, second: { used: false, compared: 0 } })
  expect(candidates.every((c) => c.parts === null)).toBe(true)
})

test('it can be stopped while faces are shrunk; what was made is kept, and nothing is recorded', async () => {
  const { id } = await probe(9)
  const searches = (await app.call('searches.list', { caseId })).length
  const stop = new AbortController()
  let at = 0
  const stopped = app.call(
    'searches.start',
    { probeId: id, galleryId },
    {
      signal: stop.signal,
      onProgress(p) {
        if (p.stage !== 'second' || stop.signal.aborted) return
        at = performance.now()
        stop.abort(new DOMException('stopped', 'AbortError'))
      },
    },
  )
  await expect(stopped).rejects.toThrow('stopped')
  expect(performance.now() - at).toBeLessThan(2000)
  expect((await app.call('searches.list', { caseId })).length).toBe(searches)
  const { search } = await app.call('searches.start', { probeId: id, galleryId })
  expect(search.inference!.second!.used).toBe(true)
})

test('a search is replayed after a restart, and while another recogniser is in use', async () => {
  await app.reopen()
  const dlib = (await app.call('models.list', {})).find((m) => m.card.name.startsWith('dlib'))!
  for (const sha256 of [hash, dlib.hash]) {
    await app.call('models.activate', { sha256 })
    const replayed = await app.call('searches.replay', { id: first.search.id })
    expect(replayed).toMatchObject({ sameRanks: true, maxScoreDelta: 0, sameDevice: true })
    expect(replayed.candidates).toEqual(first.candidates)
  }
})

test('changing the recogniser makes the gallery stale; one call puts the other in use and re-enrols', async () => {
  expect(await app.call('galleries.get', { id: galleryId })).toMatchObject({ templates: 0 })
  await expect(app.call('searches.start', { probeId: first.search.probeId, galleryId })).rejects.toThrow(/re-enrol/)
  const [dlib, pair] = [(await app.call('app.status', {})).recogniser!.sha256, hash]
  await app.call('models.activate', { sha256: dlib, reenrol: true })
  const [job] = await app.call('jobs.list', { active: true })
  expect(job).toMatchObject({ kind: 'reenrol', galleryId })
  expect((await wait(job!)).state.kind).toBe('done')
  expect((await app.call('galleries.get', { id: galleryId })).stale).toBe(0)
  // Back again: the gallery's templates of the pair are still there.
  await app.call('models.activate', { sha256: pair, reenrol: true })
  expect(await app.call('jobs.list', { active: true })).toEqual([])
  expect((await app.call('galleries.get', { id: galleryId })).stale).toBe(0)
})

test('the chain verifies, shrunk templates and parts of scores with it', async () => {
  expect(await app.call('audit.verify', {})).toMatchObject({ ok: true, problems: [] })
})
