// Jobs survive the process: what was done stays done, once, and the rest is still to do.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyAudit } from './audit/verify.ts'
import { getGallery } from './galleries.ts'
import { finishItems, pendingItems } from './jobItems.ts'
import { createJob, getJob, jobParameters, listJobs, setJobState } from './jobs.ts'
import { createGallery } from './galleries.ts'
import { registerModel } from './models.ts'
import { addGalleryImages } from './enrol.ts'
import type { Store } from './store.ts'
import { ana, card, image, openTestStore, temporaryFolder } from './testing.ts'

let folder: string
let store: Store
let dispose: () => void
beforeEach(() => {
  ;({ folder, dispose } = temporaryFolder())
  store = openTestStore(folder)
})
afterEach(() => {
  store.close()
  dispose()
})
const create = (count: number, galleryId: number | null = null) =>
  createJob(store, ana, {
    kind: 'enrol',
    title: 'Enrol a folder',
    galleryId,
    parameters: { names: 'folder' },
    items: Array.from({ length: count }, (_, i) => ({
      source: { kind: 'path' as const, path: `/in/${i}.jpg` },
      fileName: `${i}.jpg`,
      subject: `Subject ${i}`,
    })),
  })

test('a job runs, pauses, ends once; its counts are those of its items', () => {
  const { id } = create(3)
  expect(getJob(store, id)).toMatchObject({ state: { kind: 'queued' }, etaSeconds: null, endedAt: null })
  expect(jobParameters(store, id)).toEqual({ names: 'folder' })
  setJobState(store, ana, id, { kind: 'running' })
  const [first, second] = pendingItems(store, id, 2)
  finishItems(store, ana, [
    { id: first!.id, state: 'unreadable', message: '0.jpg is truncated.' },
    { id: second!.id, state: 'insufficient', message: 'The face is too small.' },
  ])
  expect(getJob(store, id)).toMatchObject({
    state: { kind: 'running', done: 2, total: 3 },
    counts: { enrolled: 0, duplicates: 0, insufficient: 1, unreadable: 1 },
    problems: [
      { file: '0.jpg', message: '0.jpg is truncated.' },
      { file: '1.jpg', message: 'The face is too small.' },
    ],
  })
  expect(setJobState(store, ana, id, { kind: 'paused', reason: 'Stopped.' }).state).toEqual({
    kind: 'paused',
    done: 2,
    total: 3,
    reason: 'Stopped.',
  })
  expect(setJobState(store, ana, id, { kind: 'done', summary: 'Two of three.' })).toMatchObject({
    state: { kind: 'done', summary: 'Two of three.' },
    endedAt: expect.any(String),
  })
  expect(() => setJobState(store, ana, id, { kind: 'running' })).toThrow('has ended')
  expect([listJobs(store, { active: true }), listJobs(store, { active: false })].map((jobs) => jobs.length)).toEqual([
    0, 1,
  ])
})

test('items settle together or not at all', () => {
  const { id } = create(2)
  const [a, b] = pendingItems(store, id, 2)
  finishItems(store, ana, [{ id: a!.id, state: 'duplicate' }])
  expect(() =>
    finishItems(store, ana, [
      { id: b!.id, state: 'unreadable' },
      { id: a!.id, state: 'unreadable' },
    ]),
  ).toThrow('settled already')
  expect(pendingItems(store, id, 2)).toEqual([b])
})

test('a job that was running when the process ended is paused at the next opening', () => {
  const [running, queued, done] = [create(1).id, create(1).id, create(1).id]
  setJobState(store, ana, running, { kind: 'running' })
  setJobState(store, ana, done, { kind: 'done', summary: '' })
  store.close()
  store = openTestStore(folder)
  expect([running, queued, done].map((id) => getJob(store, id).state.kind)).toEqual(['paused', 'paused', 'done'])
})

test('kill -9 in the middle of an enrolment loses nothing and doubles nothing', async () => {
  const count = 400
  const model = registerModel(store, ana, { card: card('one'), shipped: true, bytes: 1 }).card.sha256
  const { id: galleryId } = createGallery(store, ana, { name: 'g' })
  const { id } = create(count, galleryId)
  store.close()
  const script = `
    import * as t from ${JSON.stringify(new URL('./testing.ts', import.meta.url).href)}
    import { addGalleryImages } from ${JSON.stringify(new URL('./enrol.ts', import.meta.url).href)}
    import { pendingItems } from ${JSON.stringify(new URL('./jobItems.ts', import.meta.url).href)}
    const store = t.openTestStore(process.argv[1])
    for (let items; (items = pendingItems(store, ${id}, 5)).length > 0; console.log(items.at(-1).id))
      addGalleryImages(store, t.ana, items.map((item) => t.image(${galleryId}, item.fileName, ${JSON.stringify(model)}, { jobItemId: item.id })))`
  for (const stopAfter of [3, 7]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let lines = 0
    child.stdout.on('data', (data: Buffer) => {
      lines += data.toString().split('\n').length - 1
      if (lines >= stopAfter) child.kill('SIGKILL')
    })
    await ended
  }
  store = openTestStore(folder)
  const { counts } = getJob(store, id)
  expect(counts.enrolled).toBeGreaterThan(0)
  expect(counts.enrolled).toBeLessThan(count)
  expect(getGallery(store, galleryId)).toMatchObject({
    images: counts.enrolled,
    templates: counts.enrolled,
    version: 1 + counts.enrolled,
  })
  expect((await verifyAudit(store)).problems).toEqual([])
  for (let items; (items = pendingItems(store, id, 100)).length > 0;)
    addGalleryImages(
      store,
      ana,
      items.map((item) => image(galleryId, item.fileName, model, { jobItemId: item.id })),
    )
  expect(getJob(store, id).counts).toEqual({ enrolled: count, duplicates: 0, insufficient: 0, unreadable: 0 })
  expect(getGallery(store, galleryId)).toMatchObject({ images: count, subjects: count, version: 1 + count })
}, 60_000)
