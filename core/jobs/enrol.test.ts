// Enrolment's book-keeping, with a recogniser that is a hash: every file ends once, somewhere, with its reason.
import * as fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Job } from '../contract/jobs.ts'
import {
  createGallery,
  createJob,
  getGallery,
  listGalleryImages,
  registerModel,
  verifyAudit,
  type Store,
} from '../store/index.ts'
import { ana, card, facts, openTestStore, points, temporaryFolder, vector } from '../store/testing.ts'
import { runEnrol } from './enrol.ts'
import { fakeChildren } from './fakeChild.ts'
import type { FromWorker, WireFace, WireImage } from './protocol.ts'
import { createQueue } from './queue.ts'
import { runReenrol } from './reenrol.ts'
import { createWorkerClient } from './workerClient.ts'

const model = card('hash')
const other = card('other')
let folder: ReturnType<typeof temporaryFolder>
let store: Store
let galleryId: number
/** While true, the disk of the originals is full. */
let full: boolean
beforeEach(() => {
  full = false
  folder = temporaryFolder()
  store = openTestStore(folder.folder, {
    blobFs: {
      ...fs,
      writeSync: ((...args: Parameters<typeof fs.writeSync>) => {
        if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
        return fs.writeSync(...args)
      }) as typeof fs.writeSync,
    },
  })
  registerModel(store, ana, { card: model, shipped: true, bytes: 1 })
  registerModel(store, ana, { card: other, shipped: true, bytes: 1 })
  galleryId = createGallery(store, ana, { name: 'g' }).id
})
afterEach(() => {
  store.close()
  folder.dispose()
})

const faceAt = (x: number, size: number): WireFace => ({
  box: { x, y: 10, width: size, height: size },
  points,
  boxBy: 'detector',
  pointsBy: 'detector',
  score: 0.9,
  quality: [],
  outcome: { kind: 'template', vector: vector(x) },
})
/** What the file's text says is what is found in it. */
function analysed(text: string, modelSha256: string | null): FromWorker | object {
  if (text.startsWith('damaged')) return { code: 'unreadable-file', message: `"${text}" is damaged.` }
  const faces = text.startsWith('two')
    ? [faceAt(1, 20), faceAt(60, 22)]
    : text.startsWith('none')
      ? []
      : [faceAt(5, 30)]
  return { facts, faces, tiles: 1, modelSha256 }
}
/** Writes the files (name → text) and enrols them. */
async function enrol(
  files: Record<string, string>,
  { sha256 = model.sha256 as string | null, reenrol = false } = {},
): Promise<{ job: Job; resume: () => Promise<Job> }> {
  const held = new Map<string, string>()
  const { factory } = fakeChildren((call) => {
    const { id } = call
    if (call.name === 'configure') return { kind: 'result', id, value: {} }
    const { image } = call.input as { image: WireImage }
    if (image.bytes) held.set(image.sha256, Buffer.from(image.bytes).toString())
    const text = held.get(image.sha256)
    if (text === undefined) return { kind: 'need', id, what: 'bytes' }
    const answer = analysed(text, sha256)
    if ('code' in answer) return { kind: 'error', id, error: answer as never }
    const embedded = { facts, quality: [], outcome: { kind: 'template', vector: vector(3) }, modelSha256: sha256 }
    return { kind: 'result', id, value: call.name === 'embed' ? embedded : answer }
  })
  const queue = createQueue({
    store,
    worker: createWorkerClient({ childFactory: factory, scratch: folder.folder }),
    runners: { enrol: (run) => runEnrol(run, galleryId), reenrol: runReenrol, demo: runReenrol },
    detection: () => ({ maxEnlargement: 2, threshold: 0.5 }),
    emit: () => undefined,
    log: (message, error) => expect.unreachable(`${message}: ${String(error)}`),
  })
  const items = reenrol
    ? listGalleryImages(store, { galleryId }).rows.map(({ id: imageId, fileName, subject }) => ({
        source: { kind: 'image' as const, imageId },
        fileName,
        subject,
      }))
    : Object.entries(files).map(([name, text]) => {
        const file = path.join(folder.folder, name.replaceAll('/', '-'))
        if (text !== '(gone)') fs.writeFileSync(file, text)
        return { source: { kind: 'path' as const, path: file }, fileName: name, subject: path.dirname(name) }
      })
  const { id } = createJob(store, ana, { kind: reenrol ? 'reenrol' : 'enrol', title: 't', galleryId, items })
  const end = (): Promise<Job> => queue.wait(id, new AbortController().signal, () => undefined)
  queue.start(id, ana)
  const job = await end()
  return {
    job,
    resume() {
      queue.resume(id, ana)
      return end()
    },
  }
}
const subjects = (): string[] =>
  listGalleryImages(store, { galleryId }).rows.map((row) => `${row.subject}: ${row.fileName}`)

describe('every file ends once', () => {
  test('enrolled, there already, insufficient, or unreadable with its reason', async () => {
    const { job } = await enrol({
      'Anna/1.jpg': 'anna one',
      'Anna/2.jpg': 'anna two',
      'Bo/wall.jpg': 'none here',
      'Bo/bad.jpg': 'damaged',
      'Bo/gone.jpg': '(gone)',
      'Anna/again.jpg': 'anna one',
    })
    expect(job.counts).toEqual({ enrolled: 2, duplicates: 1, insufficient: 1, unreadable: 2 })
    expect(job.state).toEqual({
      kind: 'done',
      summary: '2 photographs enrolled, 1 there already, 1 insufficient, 2 unreadable or left out.',
    })
    expect(Object.fromEntries(job.problems.map((p) => [p.file, p.message]))).toEqual({
      'Bo/wall.jpg': 'No face was found in this photograph.',
      'Bo/bad.jpg': '"damaged" is damaged.',
      'Bo/gone.jpg': expect.stringContaining('is no longer there') as string,
    })
    expect(getGallery(store, galleryId)).toMatchObject({ images: 3, templates: 2, insufficient: 1 })
  })

  test('the same photograph under two subjects is enrolled once, and the second is told', async () => {
    const { job } = await enrol({ 'Anna/1.jpg': 'same', 'Bo/1.jpg': 'same' })
    expect(subjects()).toEqual(['Anna: Anna/1.jpg'])
    expect(job.problems).toEqual([
      { file: 'Bo/1.jpg', message: expect.stringMatching(/“Anna\/1.jpg” of subject “Anna”, not of “Bo”/) as string },
    ])
    const again = await enrol({ 'Bo/1.jpg': 'same' })
    expect(again.job.problems[0]!.message).toContain('Check which subject is right')
  })

  test('of several faces one is enrolled, with a remark', async () => {
    const { job } = await enrol({ 'Anna/1.jpg': 'two people' })
    expect(job.counts.enrolled).toBe(1)
    expect(job.problems[0]!.message).toMatch(/^2 faces were found; the largest near the middle was enrolled/)
  })

  test('where nothing can be searched, the summary says so', async () => {
    const { job } = await enrol({ 'a/1.jpg': 'none', 'a/2.jpg': 'none either' })
    expect(job.state).toMatchObject({ summary: expect.stringContaining('any of the 2 photographs') as string })
  })
})

describe('what concerns the whole job pauses it', () => {
  test('a full disk: nothing is half-written, and the job goes on when there is room', async () => {
    full = true
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}/a.jpg`, `photo ${i}`]))
    const { job, resume } = await enrol(files)
    expect(job.state).toMatchObject({
      kind: 'paused',
      done: 0,
      total: 40,
      reason: expect.stringContaining('full') as string,
    })
    expect(getGallery(store, galleryId)).toMatchObject({ version: 1, images: 0, subjects: 0 })
    full = false
    const done = await resume()
    expect(done.counts.enrolled).toBe(40)
    expect(new Set(subjects()).size).toBe(40)
    expect(await verifyAudit(store)).toMatchObject({ ok: true, problems: [] })
  })

  test('no recogniser', async () => {
    const { job } = await enrol({ 'a/1.jpg': 'x' }, { sha256: null })
    expect(job.state).toMatchObject({ kind: 'paused', reason: expect.stringContaining('No recogniser') as string })
    expect(job.counts.unreadable).toBe(0)
  })
})

test('re-enrolling adds the other model’s templates at the same places and keeps the first one’s', async () => {
  await enrol({ 'Anna/1.jpg': 'anna', 'Bo/1.jpg': 'none here' })
  const { job } = await enrol({}, { sha256: other.sha256, reenrol: true })
  expect(job.counts).toMatchObject({ enrolled: 1, insufficient: 1 })
  const models = store.sql<{ model: string }>('SELECT model_sha256 AS model FROM templates ORDER BY id').all()
  expect(models.map((row) => row.model)).toEqual([model.sha256, other.sha256])
})
