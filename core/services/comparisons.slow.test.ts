// Comparisons of models on real photographs: what is made, what is kept, what is told, and what stays as it was.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Comparison } from '../contract/comparisons.ts'
import { writeTestPackage } from '../models/testModels.ts'
import { openTestApplication, type TestApplication } from './testing.ts'
import { addProbeOf } from './testingProbes.ts'
import { randomRecogniser, writeStrips } from './testingPhotos.ts'

let app: TestApplication
let galleryId: number
let caseId: number
let probeId: number
let side: number
/** The one that enrolled the gallery, two others, and one whose network was changed on disk. */
const hashes: string[] = []
const names = ['own', 'other', 'pair', 'broken']

beforeAll(async () => {
  app = await openTestApplication()
  await app.call('settings.set', { detectorMaxEnlargement: 1 })
  const photographs = path.join(app.folder, 'photographs')
  await writeStrips(photographs, 8)
  const folder = path.join(app.folder, 'models')
  for (const [k, name] of names.entries()) {
    const { bytes, pixels } = randomRecogniser(1 + k)
    const inference = { flip: true, gallery: null, second: { upTo: 20, weight: 0.35 } }
    hashes.push(
      name === 'pair'
        ? writeTestPackage(
            folder,
            { model: bytes, gallery: randomRecogniser(12).bytes },
            { name, embedding: 64, pixels, inference },
          )
        : writeTestPackage(folder, { model: bytes }, { name, embedding: 64, pixels }),
    )
  }
  await app.reopen()
  await app.call('models.activate', { sha256: hashes[0]! })
  writeFileSync(path.join(folder, hashes[3]!, 'model.onnx'), 'changed')
  galleryId = (await app.call('galleries.create', { name: 'g' })).id
  caseId = (await app.call('cases.create', { name: 'c' })).id
  const job = await app.call('galleries.enrol', { galleryId, source: { kind: 'folder', path: photographs } })
  expect((await app.call('jobs.wait', { id: job.id })).state.kind).toBe('done')
  const image = (await app.call('galleries.images', { galleryId })).rows.find((r) => r.state.kind === 'enrolled')!
  const { points } = await app.call('galleries.view', { imageId: image.id, kind: 'face' })
  const enrolled = { file: path.join(photographs, image.fileName), points: points! }
  ;({ id: probeId, nativeSide: side } = await addProbeOf(app, caseId, enrolled, 12))
  await addProbeOf(app, caseId, enrolled, 40)
}, 300_000)
afterAll(async () => {
  expect(app.defects).toEqual([])
  await app.dispose()
})
const rows = async (text: string) => (await app.call('audit.list', { text, limit: 1000 })).rows
const start = (options: Parameters<typeof app.call<'comparisons.start'>>[2] = {}, more: object = {}) =>
  app.call('comparisons.start', { probeId, galleryId, packages: hashes, top: 5, perSubject: 'all', ...more }, options)
let first: Comparison

test('the cost is told before: faces to embed, faces to shrink, a time, and what cannot be used', async () => {
  const { templates } = await app.call('galleries.get', { id: galleryId })
  const plan = await app.call('comparisons.plan', { caseId, probeId, galleryId, packages: hashes })
  expect(plan.references).toBe(templates)
  expect(plan.packages.map((p) => [p.name, p.there, p.missing, p.shrunk])).toEqual([
    ['own', templates, 0, 0],
    ['other', 0, templates, 0],
    ['pair', 0, templates, templates],
    ['broken', 0, templates, 0],
  ])
  expect(plan.packages[3]!.problem).toMatch(/changed after it was imported/)
  expect(plan.seconds).toBeGreaterThan(0)
})

test('a comparison that is stopped keeps what it made, and changes nothing else', async () => {
  const stop = new AbortController()
  await expect(
    start({
      signal: stop.signal,
      onProgress: ({ stage }) => stage === 'references' && stop.abort(),
    }),
  ).rejects.toThrow()
  const plan = await app.call('comparisons.plan', { caseId, probeId, galleryId, packages: hashes })
  expect(plan.packages[1]!.there).toBeGreaterThan(0)
  expect(plan.packages[1]!.missing).toBeGreaterThan(0)
  expect((await rows('comparisons.start')).every((row) => row.subject === `gallery:${galleryId}`)).toBe(true)
})

test('every package ranks for itself; the one in use as a search does', async () => {
  const before = await app.call('galleries.get', { id: galleryId })
  const stages = new Set<string>()
  first = await start({ onProgress: ({ stage }) => void stages.add(stage) })
  expect([...stages]).toEqual(['references', 'ranking', 'shrunk'])
  expect(await app.call('galleries.get', { id: galleryId })).toEqual(before)
  expect(first.packages.map((p) => [p.name, p.templates, p.second?.compared ?? null, p.nativeSide])).toEqual([
    ['own', before.templates, null, side],
    ['other', before.templates, null, side],
    ['pair', before.templates, before.templates, side],
    ['broken', 0, null, side],
  ])
  expect(first.packages[3]!.problem).toMatch(/changed after it was imported/)
  const { candidates } = await app.call('searches.start', { probeId, galleryId, top: 5, perSubject: 'all' })
  const own = first.candidates.flatMap(({ places }) => places[0] ?? []).toSorted((a, b) => a.rank - b.rank)
  expect(own.slice(0, 5).map(({ imageId, score }) => [imageId, score])).toEqual(
    candidates.map(({ imageId, score }) => [imageId, score]),
  )
  expect(first.candidates.every(({ places }) => places[3] === null)).toBe(true)
  expect(first.agreement.pairs.map(({ a, b }) => [a, b])).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ])
})

test('a package put in use and enrolled ranks as it did in the comparison, second score and all', async () => {
  await app.call('models.activate', { sha256: hashes[2]!, reenrol: true })
  for (const { id } of await app.call('jobs.list', { active: true })) await app.call('jobs.wait', { id })
  const { candidates } = await app.call('searches.start', { probeId, galleryId, top: 5, perSubject: 'all' })
  const pair = first.candidates.flatMap(({ places }) => places[2] ?? []).toSorted((a, b) => a.rank - b.rank)
  expect(candidates.map(({ imageId }) => imageId)).toEqual(pair.slice(0, 5).map(({ imageId }) => imageId))
  for (const [k, { score }] of candidates.entries()) expect(pair[k]!.score).toBeCloseTo(score, 6)
})

test('compared again nothing is made, the ranks are the same, and the chain says who looked at what', async () => {
  const made = (await rows('comparisonTemplates')).length
  const again = await start()
  expect((await rows('comparisonTemplates')).length).toBe(made)
  const ranks = ({ candidates }: Comparison): unknown =>
    Object.fromEntries(names.map((name, k) => [name, candidates.map((c) => [c.imageId, c.places[k]?.rank])]))
  // The package in use stands first now.
  expect(again.packages[0]!.name).toBe('pair')
  const order = names.map((name) => again.packages.findIndex((p) => p.name === name))
  const sorted = {
    ...again,
    candidates: again.candidates.map((c) => ({ ...c, places: order.map((k) => c.places[k]!) })),
  }
  expect(ranks(sorted)).toEqual(ranks(first))
  const [row] = await rows('comparisons.start')
  expect(row).toMatchObject({ action: 'comparisons.start', subject: `probe:${probeId}` })
  const noted = JSON.parse(row!.parameters) as {
    packages: { sha256: string; images: number[] }[]
    galleryVersion: number
  }
  expect(noted.galleryVersion).toBe(again.galleryVersion)
  expect(noted.packages.map(({ sha256 }) => sha256)).toEqual(again.packages.map(({ hash }) => hash))
  expect(noted.packages[0]!.images).toHaveLength(5)
  expect((await app.call('audit.verify', {})).ok).toBe(true)
})

test('all probes of the case come one by one', async () => {
  const came: number[] = []
  const all = await app.call(
    'comparisons.startCase',
    { caseId, galleryId, packages: hashes.slice(0, 3) },
    { onProgress: ({ comparison }) => comparison && came.push(comparison.probeId) },
  )
  expect(came).toEqual(all.map((one) => one.probeId))
  expect(all.map(({ packages }) => packages.find((p) => p.name === 'pair')!.second === null)).toEqual([false, true])
})

test('what cannot be compared is a sentence', async () => {
  await expect(start({}, { galleryId: 99 })).rejects.toMatchObject({ code: 'not-found' })
  const { id: empty } = await app.call('galleries.create', { name: 'empty' })
  await expect(start({}, { galleryId: empty })).rejects.toThrow('is empty; enrol a folder')
  const detector = (await app.call('models.list', {})).find(({ card }) => card.role === 'detector')!
  await expect(start({}, { packages: [detector.hash] })).rejects.toThrow('is no recogniser')
  await app.call('cases.archive', { id: caseId })
  await expect(start()).rejects.toMatchObject({ code: 'conflict' })
  await app.call('cases.restore', { id: caseId })
})
