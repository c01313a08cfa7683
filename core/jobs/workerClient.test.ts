// The client's promises: typed answers, cancelling, bytes only when needed, and life after a crash.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fakeChildren } from './fakeChild.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import { createWorkerClient, isCrash } from './workerClient.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'vestige-client-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

type Call = Extract<ToWorker, { kind: 'call' }>
const report = { device: { provider: 'cpu' }, problems: [] }
const result = ({ id }: Call, value: unknown): FromWorker => ({ kind: 'result', id, value })
const image = { sha256: 'a'.repeat(64), fileName: 'a.jpg', read: () => Uint8Array.of(1, 2, 3) }
const names = (sent: readonly ToWorker[]): string[] => sent.map((m) => (m.kind === 'call' ? m.name : m.kind))

/** Answers `configure`; the rest is the test's. */
function client(answer: (call: Call, child: { end(reason: string): void }) => FromWorker | undefined) {
  const made = fakeChildren((call, child) => (call.name === 'configure' ? result(call, report) : answer(call, child)))
  return { ...made, worker: createWorkerClient({ childFactory: made.factory, scratch }) }
}

describe('starting', () => {
  test('no process until something is asked; configuration comes before the first call', async () => {
    const { worker, children } = client((call) => result(call, null))
    expect(worker.state).toEqual({ kind: 'stopped' })
    expect(children).toHaveLength(0)
    await worker.image('read', image, {})
    expect(names(children[0]!.sent)).toEqual(['configure', 'read'])
    expect(worker.state).toMatchObject({ kind: 'ready' })
  })

  test('a running process is configured anew, and the report follows', async () => {
    const { worker, children } = client(() => undefined)
    await worker.report()
    worker.configure(() => ({ threads: 3, detector: null, recogniser: null, hallucinators: [], problems: [] }))
    expect(worker.state.kind).toBe('starting')
    await worker.report()
    expect(children[0]!.sent.at(-1)).toMatchObject({ name: 'configure', input: { threads: 3, cpuOnly: false } })
  })

  test('where it ends while it starts, it is started once more without graphics devices', async () => {
    let starts = 0
    const { factory, children } = fakeChildren((call, child) => {
      if (++starts === 1) return void child.end('SIGSEGV')
      return result(call, report)
    })
    const worker = createWorkerClient({ childFactory: factory, scratch })
    expect(await worker.report()).toEqual(report)
    expect(children.map((c) => (c.sent[0] as Call).input)).toMatchObject([{ cpuOnly: false }, { cpuOnly: true }])
  })

  test('says why where it cannot be started at all', async () => {
    const { factory } = fakeChildren((_, child) => void child.end('exit code 1: no such module'))
    const worker = createWorkerClient({ childFactory: factory, scratch })
    await expect(worker.report()).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The image process could not be started (exit code 1: no such module).',
    })
  })
})

describe('images', () => {
  test('bytes are sent only when the worker asks for them', async () => {
    let known = false
    const { worker, children } = client((call) => {
      if (known) return result(call, 'done')
      known = true
      return { kind: 'need', id: call.id, what: 'bytes' }
    })
    expect(await worker.image('read', image, {})).toBe('done')
    expect(await worker.image('read', image, {})).toBe('done')
    const sent = children[0]!.sent.slice(1).map((m) => (m as Call).input as { image: { bytes?: Uint8Array } })
    expect(sent.map((input) => input.image.bytes?.length)).toEqual([undefined, 3, undefined])
  })

  test('the worker’s sentence reaches the caller, its defects reach the log', async () => {
    const logged: string[] = []
    const { factory } = fakeChildren((call) =>
      call.name === 'configure'
        ? result(call, report)
        : { kind: 'error', id: call.id, error: { code: 'unreadable-file', message: 'Cut short.' }, detail: 'stack' },
    )
    const worker = createWorkerClient({ childFactory: factory, scratch, log: (line) => void logged.push(line) })
    await expect(worker.image('read', image, {})).rejects.toMatchObject({
      code: 'unreadable-file',
      message: 'Cut short.',
    })
    expect(logged).toEqual(['stack'])
  })
})

describe('cancelling', () => {
  test('tells the worker, rejects at once, and a late answer does no harm', async () => {
    let call: Call | undefined
    const { worker, children } = client((c) => void (call = c))
    const stop = new AbortController()
    const running = worker.image('read', image, {}, { signal: stop.signal })
    stop.abort()
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
    expect(children[0]!.sent.at(-1)).toEqual({ kind: 'cancel', id: call!.id })
    children[0]!.say(result(call!, 'late'))
    await worker.report()
  })
})

describe('crashes', () => {
  test('fail the calls that run, and the next call finds a fresh process', async () => {
    const { worker, children } = client((call, child) => {
      if (children.length === 1) return void child.end('SIGSEGV')
      return result(call, 'alive')
    })
    await worker.report()
    const error = await worker.image('read', image, {}).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(String(error)).toContain('stopped unexpectedly (SIGSEGV)')
    expect(isCrash(error)).toBe(true)
    expect(worker.state).toEqual({ kind: 'failed', reason: 'SIGSEGV' })
    expect(await worker.image('read', image, {})).toBe('alive')
    expect(children).toHaveLength(2)
  })

  test('a remote session fails with its process rather than running in another one', async () => {
    const { worker, children } = client((call) =>
      result(call, call.name === 'sessionOpen' ? { session: 1, provider: 'cpu', inputs: [], outputs: [] } : {}),
    )
    const session = await worker.openSession(new Uint8Array())
    children[0]!.end('SIGSEGV')
    await expect(session.run({})).rejects.toMatchObject({ code: 'unavailable' })
    expect(children).toHaveLength(1)
  })
})

describe('galleries', () => {
  const vectors = Float32Array.of(1, 0, 0, 1)
  const query = { probe: new Float32Array(2), top: 1, perSubject: 'best' as const }
  const source = {
    key: 'g',
    load: () => ({ dim: 2, templateIds: new Uint32Array(2), subjectIds: new Uint32Array(2), vectors }),
  }
  test('are sent once, although two searches need them, and leave no file behind', async () => {
    let received: Float32Array | undefined
    const { worker, children } = client((call) => {
      if (call.name === 'search')
        return received ? result(call, 'found') : { kind: 'need', id: call.id, what: 'gallery' }
      const { file } = call.input as { file: string }
      received = new Float32Array(new Uint8Array(readFileSync(file)).buffer)
      return result(call, null)
    })
    expect(await Promise.all([worker.search(source, query), worker.search(source, query)])).toEqual(['found', 'found'])
    expect(received).toEqual(vectors)
    expect(names(children[0]!.sent).filter((name) => name === 'gallery')).toHaveLength(1)
    expect(readdirSync(scratch)).toEqual([])
  })
  test('leave no file behind where the worker ends over them', async () => {
    const { worker } = client((call, child) => {
      if (call.name === 'search') return { kind: 'need', id: call.id, what: 'gallery' }
      return void child.end('SIGKILL')
    })
    await expect(worker.search(source, query)).rejects.toMatchObject({ code: 'unavailable' })
    expect(readdirSync(scratch)).toEqual([])
  })
})

test('closing ends the process and rejects what still runs', async () => {
  const { worker } = client(() => undefined)
  const running = worker.image('read', image, {})
  const seen = expect(running).rejects.toMatchObject({ code: 'unavailable' })
  await worker.close()
  await seen
  await expect(worker.report()).rejects.toThrow(/closing/)
})
