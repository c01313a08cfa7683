// Client and server over one transport: what a call, its progress, its cancelling, an error and an event look like.
import { describe, expect, it, vi } from 'vitest'
import { UserFacingError } from '../errors.ts'
import type { Handlers } from '../index.ts'
import type { Job } from '../jobs.ts'
import { createClient } from './client.ts'
import { dispatch } from './dispatch.ts'
import type { HostEvent } from './frames.ts'
import { serve } from './serve.ts'
import { pair } from './transport.ts'

const job: Job = {
  id: 7,
  kind: 'enrol',
  title: 'Enrolling',
  galleryId: 1,
  state: { kind: 'running', done: 1, total: 2, note: '' },
  createdAt: '2026-11-22T10:15:00.000Z',
  endedAt: null,
  etaSeconds: null,
  counts: { enrolled: 0, duplicates: 0, insufficient: 0, unreadable: 0 },
  problems: [],
}

function connected(some: Partial<Handlers>) {
  const handlers = some as Handlers
  const listeners = new Set<(event: HostEvent) => void>()
  const log = vi.fn()
  const [near, far] = pair()
  const onEvent = (listener: (event: HostEvent) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  serve(far, { handlers, onEvent, log })
  const emit = (event: HostEvent) => listeners.forEach((listener) => listener(event))
  return { client: createClient(near), transport: near, handlers, emit, listeners, log }
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('a call', () => {
  it('reaches its handler with defaults filled in and says how it was asked for', async () => {
    const add = vi.fn<Handlers['galleries.stage']>(() => ({ staged: 3 }))
    const { client } = connected({ 'galleries.stage': add })
    const args = { uploadId: 'u', relativePath: 'a/"ü".png', bytes: new Uint8Array([1, 2, 3]) }
    await expect(client.call('galleries.stage', args, { via: 'drop' })).resolves.toEqual({ staged: 3 })
    expect(add.mock.calls[0]![0]).toEqual(args)
    expect(add.mock.calls[0]![1].via).toBe('drop')
  })
  it('with arguments outside the contract is refused before the handler sees it', async () => {
    const list = vi.fn<Handlers['jobs.get']>(() => job)
    const { client, log } = connected({ 'jobs.get': list })
    await expect(client.call('jobs.get', { id: -1 })).rejects.toMatchObject({ code: 'invalid-input' })
    expect(list).not.toHaveBeenCalled()
    expect(log).not.toHaveBeenCalled()
  })
  it('whose handler answers outside the contract is an internal error, with the detail in the log alone', async () => {
    const { client, log } = connected({ 'jobs.get': () => ({ ...job, kind: 'secret' }) as never })
    await expect(client.call('jobs.get', { id: 7 })).rejects.toMatchObject({
      code: 'internal',
      message: expect.not.stringContaining('kind'),
    })
    expect(String(log.mock.calls[0]![1])).toContain('kind')
  })
  it('that fails for the person keeps code, sentence and subject', async () => {
    const { client } = connected({
      'jobs.get': () => {
        throw new UserFacingError('not-found', 'There is no job 7.', { subject: 'job 7' })
      },
    })
    const error = await client.call('jobs.get', { id: 7 }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(UserFacingError)
    expect(error).toMatchObject({ code: 'not-found', message: 'There is no job 7.', subject: 'job 7' })
  })
  it('to a name that is inherited or unknown is refused', async () => {
    const { client } = connected({})
    for (const name of ['constructor', '__proto__', 'cases.drop'])
      await expect(client.call(name as 'jobs.get', { id: 1 }).catch((e: unknown) => e)).resolves.toBeInstanceOf(Error)
  })
  it('ends with "unavailable" when the host goes away, as does every later one', async () => {
    const { client, transport } = connected({ 'jobs.get': () => new Promise(() => {}) })
    const open = client.call('jobs.get', { id: 7 })
    transport.close()
    await expect(open).rejects.toMatchObject({ code: 'unavailable' })
    await expect(client.call('jobs.get', { id: 7 })).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('progress and cancelling', () => {
  it('progress arrives in order, before the result', async () => {
    const seen: unknown[] = []
    const { client } = connected({
      'jobs.wait': (_, { progress }) => {
        progress(job)
        progress({ ...job, title: 'Second' })
        return job
      },
    })
    await client.call('jobs.wait', { id: 7 }, { onProgress: (p) => seen.push(p.title) })
    expect(seen).toEqual(['Enrolling', 'Second'])
  })
  it('aborting one call aborts its handler and leaves the other running', async () => {
    const signals = new Map<number, AbortSignal>()
    const { client, log } = connected({
      'jobs.wait': async ({ id }, { signal }) => {
        signals.set(id, signal)
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
        return job
      },
    })
    const stop = new AbortController()
    const first = client.call('jobs.wait', { id: 1 }, { signal: stop.signal })
    void client.call('jobs.wait', { id: 2 }).catch(() => {})
    await soon()
    stop.abort()
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    await soon()
    expect([signals.get(1)!.aborted, signals.get(2)!.aborted]).toEqual([true, false])
    expect(log).not.toHaveBeenCalled()
  })
  it('a signal that fired already sends nothing', async () => {
    const get = vi.fn<Handlers['jobs.get']>(() => job)
    const { client } = connected({ 'jobs.get': get })
    await expect(client.call('jobs.get', { id: 7 }, { signal: AbortSignal.abort() })).rejects.toThrow()
    await soon()
    expect(get).not.toHaveBeenCalled()
  })
  it('closing the connection aborts what runs and stops its events', async () => {
    let signal: AbortSignal | undefined
    const { client, listeners } = connected({
      'jobs.wait': (_, context) => {
        signal = context.signal
        return new Promise(() => {})
      },
    })
    void client.call('jobs.wait', { id: 1 }).catch(() => {})
    await soon()
    client.close()
    expect(signal?.aborted).toBe(true)
    expect(listeners.size).toBe(0)
  })
})

describe('events', () => {
  it('reach those who listen, until they stop', async () => {
    const { client, emit } = connected({})
    const heard: unknown[] = []
    const stop = client.listen('jobs.changed', (value) => heard.push(value.id))
    await soon()
    emit({ name: 'jobs.changed', value: job })
    emit({ name: 'records.changed', value: { domain: 'cases', id: 1, caseId: null } })
    await soon()
    stop()
    await soon()
    emit({ name: 'jobs.changed', value: job })
    await soon()
    expect(heard).toEqual([7])
  })
})

describe('a hostile peer', () => {
  it.each([
    null,
    { kind: 'call' },
    { kind: 'call', id: 0, name: 'jobs.get', args: {}, via: 'button' },
    { kind: 'call', id: 1, name: 'jobs.get', args: {}, via: 'nobody' },
    { kind: 'cancel', id: 1, extra: 1 },
    { kind: 'result', id: 1, value: 1 },
  ])('is cut off at the first frame outside the grammar: %j', async (frame) => {
    const { transport } = connected({})
    const closed = vi.fn()
    transport.onClose(closed)
    transport.send(frame as never)
    await soon()
    expect(closed).toHaveBeenCalledOnce()
  })
  it('cannot use one id for two open calls', async () => {
    const { transport } = connected({ 'jobs.get': () => new Promise(() => {}) })
    const closed = vi.fn()
    transport.onClose(closed)
    for (let i = 0; i < 2; i++)
      transport.send({ kind: 'call', id: 1, name: 'jobs.get', args: { id: 1 }, via: 'button' })
    await soon()
    expect(closed).toHaveBeenCalledOnce()
  })
})

describe('in process', () => {
  it('dispatch validates as the wire does and passes progress on', async () => {
    const seen: number[] = []
    const handlers = {
      'jobs.wait': (_: unknown, { progress }: { progress(value: Job): void }) => {
        progress(job)
        return job
      },
    } as unknown as Handlers
    await expect(dispatch(handlers, 'jobs.wait', { id: 0 })).rejects.toMatchObject({ code: 'invalid-input' })
    await dispatch(handlers, 'jobs.wait', { id: 7 }, { onProgress: (p) => seen.push(p.id) })
    expect(seen).toEqual([7])
  })
})
