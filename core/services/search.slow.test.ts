// From photographs to ranked candidates and back: enrolment, search, replay, and what a change of the model means.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Job } from '../contract/jobs.ts'
import { demoPhotographs } from './demo.ts'
import { openTestApplication, type TestApplication } from './testing.ts'
import { photograph, randomRecogniser, writeStrips } from './testingPhotos.ts'

let app: TestApplication
let photographs: string
let names: string[]
beforeAll(async () => {
  app = await openTestApplication()
  // Enlarging finds nothing more here and takes most of the time.
  await app.call('settings.set', { detectorMaxEnlargement: 1 })
  // One network for probes and galleries: the same photograph gives the same template.
  const dlib = (await app.call('models.list', {})).find(({ card }) => card.name.startsWith('dlib'))!
  await app.call('models.activate', { sha256: dlib.hash })
  photographs = path.join(app.folder, 'photographs')
  names = await writeStrips(photographs, 24)
})
afterAll(async () => {
  expect(app.defects).toEqual([])
  await app.dispose()
})
const wait = (job: Job): Promise<Job> => app.call('jobs.wait', { id: job.id })
const enrol = async (galleryId: number, folder: string): Promise<Job> =>
  wait(await app.call('galleries.enrol', { galleryId, source: { kind: 'folder', path: folder } }))

describe('a gallery and a probe', () => {
  let galleryId: number
  let probeId: number
  let searchId: number

  test('enrolling a folder names subjects after its folders and accounts for every file', async () => {
    galleryId = (await app.call('galleries.create', { name: 'G "1" 👤' })).id
    mkdirSync(path.join(photographs, 'other person'))
    copyFileSync(path.join(photographs, names[0]!), path.join(photographs, 'other person', 'same.jpg'))
    writeFileSync(path.join(photographs, 'broken "1" 👤.jpg'), 'no image')
    const job = await enrol(galleryId, photographs)
    expect(job.state.kind).toBe('done')
    expect(job.title).toContain(photographs)
    const { enrolled, duplicates, insufficient, unreadable } = job.counts
    expect([enrolled + insufficient, duplicates, unreadable]).toEqual([24, 1, 1])
    expect(job.problems.find((p) => p.file === names[0])?.message).toMatch(
      /“other person\/same.jpg” of subject “other person”, not of “person 00”/,
    )
    expect(job.problems.find((p) => p.file.startsWith('broken'))?.message).toContain('broken "1" 👤.jpg')
    const gallery = await app.call('galleries.get', { id: galleryId })
    expect(gallery).toMatchObject({ subjects: 7, images: 24, templates: enrolled, stale: 0, insufficient })
    expect(app.events.some((e) => e.name === 'jobs.changed' && e.value.state.kind === 'running')).toBe(true)
  })

  test('enrolling it again changes nothing', async () => {
    const before = await app.call('galleries.get', { id: galleryId })
    const again = await enrol(galleryId, photographs)
    expect(again.counts).toMatchObject({ enrolled: 0, insufficient: 0, duplicates: 25 })
    expect(await app.call('galleries.get', { id: galleryId })).toEqual(before)
  })

  test('detecting finds faces once, and searching one finds the photograph it was cut from', async () => {
    const { id: caseId } = await app.call('cases.create', { name: 'c' })
    const enrolled = (await app.call('galleries.images', { galleryId })).rows.find((r) => r.state.kind === 'enrolled')!
    const bytes = new Uint8Array(readFileSync(path.join(photographs, enrolled.fileName)))
    const { id: evidenceId } = await app.call('evidence.add', { caseId, name: 'still.jpg', bytes })
    const stages = new Set<string>()
    const found = await app.call('probes.detect', { evidenceId }, { onProgress: (now) => void stages.add(now.stage) })
    expect(found.probes.length).toBeGreaterThan(0)
    expect(stages).toContain('detecting')
    expect((await app.call('probes.detect', { evidenceId })).probes.map((p) => p.id)).toEqual(
      found.probes.map((p) => p.id),
    )

    const searched = await Promise.all(
      found.probes.map((probe) => app.call('searches.start', { probeId: probe.id, galleryId, top: 5 })),
    )
    const best = searched.find((s) => s.candidates[0]!.imageId === enrolled.id)!
    expect(best.candidates[0]!.score).toBeGreaterThan(0.999)
    expect(best.candidates.map((c) => c.rank)).toEqual(best.candidates.map((_, k) => k + 1))
    expect(new Set(best.candidates.map((c) => c.subjectId)).size).toBe(best.candidates.length)
    expect(best.search.parameters.probe).toMatchObject({ boxBy: 'detector', evidence: { name: 'still.jpg' } })
    probeId = best.search.probeId
    searchId = best.search.id
  })

  test('a search can be run again, after a restart too', async () => {
    await app.reopen()
    const replayed = await app.call('searches.replay', { id: searchId })
    expect(replayed).toMatchObject({ sameRanks: true, sameDevice: true })
    expect(replayed.maxScoreDelta).toBeLessThanOrEqual(1e-6)
    expect(replayed.candidates).toEqual((await app.call('searches.get', { id: searchId })).candidates)
  })

  test('moving a point makes another template; the search of the old one stays what it was', async () => {
    const [probe] = (await app.call('probes.list', { caseId: 1 })).filter((p) => p.id === probeId)
    const [a, b, c, d, e] = probe!.points
    const moved = await app.call('probes.update', { id: probeId, points: [{ x: a.x + 4, y: a.y - 3 }, b, c, d, e] })
    expect(moved).toMatchObject({ boxBy: 'detector', pointsBy: 'analyst', state: { kind: 'template' } })
    expect(moved.state).not.toEqual(probe!.state)
    const now = await app.call('searches.start', { probeId, galleryId, top: 5 })
    const before = await app.call('searches.get', { id: searchId })
    expect(now.candidates[0]!.score).not.toBe(before.candidates[0]!.score)
    expect((await app.call('searches.replay', { id: searchId })).sameRanks).toBe(true)
  })

  test('a probe that cannot be used says why and is kept', async () => {
    const [probe] = await app.call('probes.list', { caseId: 1 })
    const box = { x: 1, y: 1, width: 3, height: 3 }
    const point = { x: 2, y: 2 }
    const made = await app.call('probes.create', {
      evidenceId: probe!.evidenceId,
      box,
      points: [point, point, point, point, point],
    })
    expect(made.state.kind).toBe('insufficient')
    await expect(app.call('searches.start', { probeId: made.id, galleryId })).rejects.toMatchObject({
      code: 'insufficient',
      message: expect.stringContaining(made.state.kind === 'insufficient' ? made.state.reason : '') as string,
    })
  })

  test('under another model the gallery is stale and refused, until it is re-enrolled', async () => {
    const { bytes, pixels } = randomRecogniser(5)
    const { card } = await app.call('models.import', { fileName: 'r.onnx', bytes, name: 'random', pixels })
    expect(await app.call('models.selfTest', { sha256: card.sha256 })).toMatchObject({ ok: true })
    await app.call('models.activate', { sha256: card.sha256 })
    const before = await app.call('galleries.get', { id: galleryId })
    expect(before.templates).toBe(0)
    expect(before.stale).toBeGreaterThan(0)
    await expect(app.call('searches.start', { probeId, galleryId })).rejects.toMatchObject({
      code: 'wrong-model',
      message: expect.stringContaining('re-enrol the gallery') as string,
    })
    const job = await wait(await app.call('galleries.reenrol', { galleryId }))
    expect(job.state.kind).toBe('done')
    const after = await app.call('galleries.get', { id: galleryId })
    expect(after).toMatchObject({ stale: 0, images: 24 })
    expect(after.templates).toBeGreaterThanOrEqual(before.stale)
    // The probe follows; its earlier search is still its own model's.
    const { search } = await app.call('searches.start', { probeId, galleryId })
    expect(search.modelHash).toBe(card.sha256)
    expect(await app.call('searches.replay', { id: searchId })).toMatchObject({ sameRanks: true, maxScoreDelta: 0 })
    await expect(app.call('galleries.reenrol', { galleryId })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('an archived gallery is not searched', async () => {
    await app.call('galleries.archive', { id: galleryId })
    await expect(app.call('searches.start', { probeId, galleryId })).rejects.toMatchObject({ code: 'conflict' })
    await app.call('galleries.restore', { id: galleryId })
  })

  test('one without templates is refused with what to do', async () => {
    const empty = await app.call('galleries.create', { name: 'empty' })
    await expect(app.call('searches.start', { probeId, galleryId: empty.id })).rejects.toThrow(/enrol a folder/)
  })

  test('views show the face where it was enrolled', async () => {
    const image = (await app.call('galleries.images', { galleryId })).rows.find((r) => r.state.kind === 'enrolled')!
    const face = await app.call('galleries.view', { imageId: image.id, kind: 'face', maxSide: 100 })
    expect(Math.max(face.width, face.height)).toBeLessThanOrEqual(100)
    expect(face.sha256).toBe(image.sha256)
    const { region, points } = face
    expect(points!.every((p) => p.x > region!.x && p.x < region!.x + region!.width)).toBe(true)
    expect(await app.call('galleries.view', { imageId: image.id, kind: 'aligned' })).toMatchObject({
      width: 112,
      height: 112,
    })
    expect(await app.call('probes.view', { id: probeId, kind: 'aligned' })).toMatchObject({
      width: 112,
      model: { name: 'random' },
    })
    expect((await app.call('galleries.thumbnail', { imageId: image.id })).type).toBe('image/webp')
  })

  test('the chain verifies', async () => {
    expect(await app.call('audit.verify', {})).toMatchObject({ ok: true, problems: [] })
  })
})

test('files handed over by a browser are enrolled under the names of a table, and leave nothing behind', async () => {
  const { id } = await app.call('galleries.create', { name: 'uploaded' })
  const stage = (relativePath: string, bytes: Uint8Array) =>
    app.call('galleries.stage', { uploadId: 'u', relativePath, bytes: new Uint8Array(bytes) })
  await stage('Chosen/1.jpg', readFileSync(path.join(photographs, names[1]!)))
  await stage('Chosen/2.jpg', readFileSync(path.join(photographs, names[2]!)))
  await stage(
    'Chosen/names.csv',
    Buffer.from('\ufeffDatei;Name\r\n"1.jpg";"Berg, ""Anna"""\r\n3.jpg;Zoe\r\n'.replace('Datei', 'file')),
  )
  const job = await wait(
    await app.call('galleries.enrol', { galleryId: id, source: { kind: 'staged', uploadId: 'u' } }),
  )
  expect((await app.call('galleries.subjects', { galleryId: id })).rows.map((s) => s.name)).toEqual(['Berg, "Anna"'])
  expect(job.problems.map((p) => p.file).toSorted()).toEqual(['2.jpg', '3.jpg'])
  const { existsSync, readdirSync } = await import('node:fs')
  const staged = path.join(app.folder, 'staged')
  expect(existsSync(staged) ? readdirSync(staged) : []).toEqual([])
})

test('a folder in which no face is found says so', async () => {
  const { encodeJpeg } = await import('../images/encode.ts')
  const { blank } = await import('../images/pixels.ts')
  const folder = path.join(app.folder, 'walls')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'wall.jpg'), await encodeJpeg(blank(640, 480, [120, 130, 140]), 90))
  const { id } = await app.call('galleries.create', { name: 'walls' })
  const job = await enrol(id, folder)
  expect(job.state).toMatchObject({
    kind: 'done',
    summary: expect.stringContaining('No template could be made') as string,
  })
  expect(job.problems[0]!.message).toContain('No face was found')
})

test('cancelling a detection leaves the evidence as it was', async () => {
  const { id: evidenceId } = await app.call('evidence.add', {
    caseId: 1,
    name: 'group.jpg',
    bytes: new Uint8Array(photograph(6)),
  })
  const stop = new AbortController()
  const running = app.call('probes.detect', { evidenceId }, { signal: stop.signal, onProgress: () => stop.abort() })
  await expect(running).rejects.toMatchObject({ name: 'AbortError' })
  const evidence = (await app.call('evidence.list', { caseId: 1 })).find((e) => e.id === evidenceId)!
  expect(evidence).toMatchObject({ detectedAt: null, probeCount: 0 })
})

test('the demonstration case has a gallery, footage, probes and one search, and says what it is', async () => {
  const demo = await app.call('demo.create', {})
  expect((await wait(demo.job!)).state.kind).toBe('done')
  const gallery = await app.call('galleries.get', { id: demo.galleryId })
  const footage = await app.call('evidence.list', { caseId: demo.caseId })
  const probes = await app.call('probes.list', { caseId: demo.caseId })
  expect(gallery.subjects).toBeGreaterThanOrEqual(20)
  expect(gallery.templates).toBe(gallery.images)
  expect(footage).toHaveLength(demoPhotographs().length)
  expect(probes.length).toBeGreaterThanOrEqual(12)
  expect((await app.call('searches.list', { caseId: demo.caseId })).length).toBe(1)
  for (const { note } of [gallery, await app.call('cases.get', { id: demo.caseId })])
    expect(note).toMatch(/demonstration, not a measurement/)
  expect((await app.call('app.status', {})).demo).toEqual({ caseId: demo.caseId, galleryId: demo.galleryId })
  expect(await app.call('demo.create', {})).toEqual({ caseId: demo.caseId, galleryId: demo.galleryId, job: null })
})
