// Jobs run one after another, stop where they are, go on after a stop or a crash, and never count an item twice.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import type { Job } from '../contract/jobs.ts'
import { createJob, finishItems, pendingItems, type Store } from '../store/index.ts'
import { ana, openTestStore, temporaryFolder } from '../store/testing.ts'
import { createQueue, type JobQueue, type Runner } from './queue.ts'
import { runItems } from './runItems.ts'
import type { WorkerClient } from './workerClient.ts'

const worker = { report: async () => ({}) } as unknown as WorkerClient
let folder: ReturnType<typeof temporaryFolder>
let store: Store
let told: Job[]
let logged: unknown[]
beforeEach(() => {
  folder = temporaryFolder()
  store = openTestStore(folder.folder)
  told = []
  logged = []
})
afterEach(() => {
  store.close()
  folder.dispose()
})

const job = (items: number, title = 'a job'): number =>
  createJob(store, ana, {
    kind: 'enrol',
    title,
    galleryId: null,
    items: Array.from({ length: items }, (_, i) => ({
      source: { kind: 'path' as const, path: `/${i}.jpg` },
      fileName: `${i}.jpg`,
      subject: 's',
    })),
  }).id
const queueOf = (runner: Runner): JobQueue =>
  createQueue({
    store,
    worker,
    runners: { enrol: runner, reenrol: runner, demo: runner },
    detection: () => ({ maxEnlargement: 1, threshold: 0.5 }),
    emit: (now) => void told.push(now),
    log: (_, error) => void logged.push(error),
  })
/** Settles items one by one; `each` may stop it. */
const settling =
  (each: (fileName: string) => void | Promise<void> = () => undefined): Runner =>
  async (run) => {
    await runItems<number>({
      ...run,
      work: async (item) => {
        await each(item.fileName)
        return item.id
      },
      crashed: (item) => item.id,
      keep: (ids) =>
        finishItems(
          store,
          ana,
          ids.map((id) => ({ id, state: 'duplicate' as const })),
        ),
      kept: run.changed,
    })
    return 'all done'
  }
const forever = new AbortController().signal
const ended = (queue: JobQueue, id: number): Promise<Job> => queue.wait(id, forever, () => undefined)

describe('running', () => {
  test('one after another, each to its end', async () => {
    const running: number[] = []
    let most = 0
    const queue = queueOf(async (run) => {
      running.push(run.jobId)
      most = Math.max(most, running.length)
      await settling()(run)
      running.splice(running.indexOf(run.jobId), 1)
      return 'all done'
    })
    const ids = [job(3), job(70), job(0)]
    for (const id of ids) queue.start(id, ana)
    for (const id of ids) expect((await ended(queue, id)).state).toEqual({ kind: 'done', summary: 'all done' })
    expect(most).toBe(1)
    expect(ids.map((id) => queue.get(id).counts.duplicates)).toEqual([3, 70, 0])
  })

  test('a problem that a person can put right pauses a job; a defect ends it and goes to the log', async () => {
    const errors: Error[] = [
      new UserFacingError('disk-full', 'The disk is full.'),
      new TypeError('x is not a function'),
    ]
    const queue = queueOf(() => Promise.reject(errors.shift()!))
    const [first, second] = [job(1), job(1)]
    queue.start(first, ana)
    queue.start(second, ana)
    expect((await ended(queue, first)).state).toMatchObject({ kind: 'paused', reason: 'The disk is full.' })
    const failed = (await ended(queue, second)).state
    expect(failed.kind).toBe('failed')
    expect(JSON.stringify(failed)).not.toContain('x is not a function')
    expect(logged).toHaveLength(1)
  })
})

describe('stopping', () => {
  test('keeps what is done; resuming does the rest and nothing twice', async () => {
    const seen: string[] = []
    const queue = queueOf(
      settling((file) => {
        seen.push(file)
        if (seen.length === 100) queue.cancel(id, ana)
      }),
    )
    const id = job(150)
    queue.start(id, ana)
    const stopped = await ended(queue, id)
    expect(stopped.state).toMatchObject({ kind: 'paused', total: 150 })
    const done = stopped.counts.duplicates
    expect(done).toBeGreaterThanOrEqual(99)
    expect(done).toBeLessThan(150)
    seen.length = 0
    expect(queue.resume(id, ana).state.kind).not.toBe('paused')
    expect((await ended(queue, id)).counts.duplicates).toBe(150)
    expect(seen).toHaveLength(150 - done)
  })

  test('a waiting job is stopped before it starts', async () => {
    const gate = Promise.withResolvers<void>()
    const queue = queueOf(() => gate.promise.then(() => 'all done'))
    const [first, second] = [job(1), job(1)]
    queue.start(first, ana)
    queue.start(second, ana)
    expect(queue.cancel(second, ana).state.kind).toBe('paused')
    gate.resolve()
    expect((await ended(queue, first)).state.kind).toBe('done')
    expect(queue.get(second).state.kind).toBe('paused')
  })

  test('closing pauses the running job, and the next opening can resume it', async () => {
    const started = Promise.withResolvers<void>()
    const queue = queueOf(async (run) => {
      started.resolve()
      await new Promise((_, reject) => run.signal.addEventListener('abort', () => reject(new Error('stop'))))
      return ''
    })
    const id = job(2)
    queue.start(id, ana)
    await started.promise
    await queue.close()
    expect(queue.get(id).state).toMatchObject({ kind: 'paused' })
    const next = queueOf(settling())
    next.resume(id, ana)
    expect((await ended(next, id)).state.kind).toBe('done')
  })

  test('a job that is not paused cannot be resumed, nor an ended one stopped', async () => {
    const queue = queueOf(settling())
    const id = job(1)
    queue.start(id, ana)
    await ended(queue, id)
    expect(() => queue.resume(id, ana)).toThrow(/not paused/)
    expect(() => queue.cancel(id, ana)).toThrow(/has ended/)
  })
})

describe('waiting', () => {
  test('tells of progress, and giving up on it leaves the job running', async () => {
    const gate = Promise.withResolvers<void>()
    const queue = queueOf((run) => gate.promise.then(() => settling()(run)))
    const id = job(5)
    queue.start(id, ana)
    const stop = new AbortController()
    const seen: string[] = []
    const waiting = queue.wait(id, stop.signal, (now) => void seen.push(now.state.kind))
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    expect(seen).toEqual(['running'])
    gate.resolve()
    expect((await ended(queue, id)).state.kind).toBe('done')
    expect(told.map((j) => j.state.kind)).toContain('running')
  })
})

test('pending items come in their order, so that a resumed job goes on where it stopped', () => {
  const id = job(4)
  const [first] = pendingItems(store, id, 1)
  finishItems(store, ana, [{ id: first!.id, state: 'unreadable', message: 'x' }])
  expect(pendingItems(store, id, 9).map((item) => item.fileName)).toEqual(['1.jpg', '2.jpg', '3.jpg'])
})
