// A file that ends the worker is tried once more, alone; others that ran beside it lose nothing.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createJob, finishItems, type Store } from '../store/index.ts'
import { ana, openTestStore, temporaryFolder } from '../store/testing.ts'
import { fakeChildren } from './fakeChild.ts'
import { runItems } from './runItems.ts'
import { createWorkerClient, type WorkerClient } from './workerClient.ts'

let folder: ReturnType<typeof temporaryFolder>
let store: Store
beforeEach(() => {
  folder = temporaryFolder()
  store = openTestStore(folder.folder)
})
afterEach(() => {
  store.close()
  folder.dispose()
})

/** A worker that ends whenever it is shown one of these files; others take a moment. */
function workerThatDiesOf(...files: string[]): WorkerClient {
  const { factory } = fakeChildren((call, child) => {
    if (call.name === 'configure') return { kind: 'result', id: call.id, value: {} }
    const { fileName } = (call.input as { image: { fileName: string } }).image
    if (files.includes(fileName)) return void setTimeout(() => child.end('SIGSEGV'), 2)
    setTimeout(() => child.say({ kind: 'result', id: call.id, value: fileName }), 4)
    return undefined
  })
  return createWorkerClient({ childFactory: factory, scratch: folder.folder })
}

async function run(worker: WorkerClient, files: string[]) {
  const job = createJob(store, ana, {
    kind: 'enrol',
    title: 't',
    galleryId: null,
    items: files.map((fileName) => ({ source: { kind: 'path', path: fileName }, fileName, subject: 's' })),
  })
  const kept: string[] = []
  const shown: string[] = []
  const ending = runItems<{ id: number; text: string }>({
    store,
    worker,
    jobId: job.id,
    signal: new AbortController().signal,
    async work({ id, fileName }) {
      shown.push(fileName)
      await worker.image('read', { sha256: fileName, fileName, read: () => new Uint8Array() }, {})
      return { id, text: fileName }
    },
    crashed: ({ id, fileName }) => ({ id, text: `${fileName} crashed` }),
    keep(results) {
      finishItems(
        store,
        ana,
        results.map(({ id }) => ({ id, state: 'unreadable', message: 'x' })),
      )
      kept.push(...results.map(({ text }) => text))
    },
    kept: () => undefined,
  })
  return { ending, kept, shown }
}

test('the one is recorded, after two tries, and the rest is done', async () => {
  const { ending, kept, shown } = await run(workerThatDiesOf('bad'), ['a', 'bad', 'b', 'c'])
  await ending
  expect(kept).toEqual(['a', 'bad crashed', 'b', 'c'])
  expect(shown.filter((file) => file === 'bad')).toHaveLength(2)
})

test('results are kept in the order of the items, whatever order they come in', async () => {
  const slow = fakeChildren((call, child) => {
    if (call.name === 'configure') return { kind: 'result', id: call.id, value: {} }
    const { fileName } = (call.input as { image: { fileName: string } }).image
    setTimeout(() => child.say({ kind: 'result', id: call.id, value: null }), fileName.startsWith('slow') ? 30 : 1)
    return undefined
  })
  const { ending, kept } = await run(createWorkerClient({ childFactory: slow.factory, scratch: folder.folder }), [
    'slow a',
    'b',
    'c',
    'slow d',
    'e',
  ])
  await ending
  expect(kept).toEqual(['slow a', 'b', 'c', 'slow d', 'e'])
})

test('many such files in a row stop the job rather than condemn them all', async () => {
  const bad = Array.from({ length: 9 }, (_, i) => `bad${i}`)
  const { ending, kept } = await run(workerThatDiesOf(...bad), bad)
  await expect(ending).rejects.toMatchObject({ code: 'unavailable' })
  expect(kept).toHaveLength(5)
})

test('a worker that does not start says nothing about the files', async () => {
  const { factory } = fakeChildren((_, child) => void child.end('exit code 1'))
  const { ending, kept } = await run(createWorkerClient({ childFactory: factory, scratch: folder.folder }), ['a', 'b'])
  await expect(ending).rejects.toThrow(/could not be started/)
  expect(kept).toEqual([])
})
