// Calls that need no image process: records, unknown ids, archived cases and galleries, events, and the audit chain.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contract, type CallName } from '../contract/index.ts'
import { noWorker, openTestApplication, type TestApplication } from './testing.ts'

let app: TestApplication
beforeEach(async () => void (app = await openTestApplication(noWorker)))
afterEach(() => app.dispose())

const awkward = 'Fall "Ünal" \'26\' 👩🏽‍🔬 <b>\n; DROP TABLE cases; --'

describe('every call', () => {
  test('of the contract is answered, and an unknown record is a sentence, not a defect', async () => {
    const points = Array.from({ length: 5 }, () => ({ x: 1, y: 1 }))
    const args: Partial<Record<CallName, object>> = {
      'audit.list': {},
      'galleries.enrol': { galleryId: 99, source: { kind: 'folder', path: app.folder } },
      'galleries.view': { imageId: 99, kind: 'face' },
      'galleries.thumbnail': { imageId: 99 },
      'probes.create': { evidenceId: 99, box: { x: 0, y: 0, width: 9, height: 9 }, points },
      'probes.view': { id: 99, kind: 'native' },
      'comparisons.start': { probeId: 99, galleryId: 99 },
      'searches.start': { probeId: 99, galleryId: 99 },
      'hallucinations.create': { probeId: 99 },
      'hallucinations.view': { id: 99, part: 'mean' },
      'hallucinations.export': { id: 99, part: 'mean' },
      'models.activate': { sha256: '9'.repeat(64) },
      'models.decline': { sha256: '9'.repeat(64) },
      'models.retire': { sha256: '9'.repeat(64) },
      'models.selfTest': { sha256: '9'.repeat(64) },
    }
    const byId = { id: 99, caseId: 99, galleryId: 99, evidenceId: 99 }
    const silent = ['app.', 'settings.', 'demo.', 'audit.', 'cases.list', 'cases.create', 'jobs.list', 'models.list']
    const makes = [
      'galleries.list',
      'galleries.create',
      'galleries.stage',
      'models.inspect',
      'models.import',
      'evidence.add',
    ]
    const named = (Object.keys(contract) as CallName[]).filter(
      (name) => ![...silent, ...makes].some((start) => name.startsWith(start)),
    )
    expect(named.length).toBeGreaterThan(30)
    for (const name of named)
      await expect(app.call(name, (args[name] ?? byId) as never), name).rejects.toMatchObject({ code: 'not-found' })
    expect(app.defects).toEqual([])
  })
})

describe('cases', () => {
  test('keep awkward names, tell of themselves, and are archived rather than deleted', async () => {
    const made = await app.call('cases.create', { name: awkward })
    expect((await app.call('cases.get', { id: made.id })).name).toBe(awkward)
    await app.call('cases.update', { id: made.id, note: awkward })
    await app.call('cases.archive', { id: made.id })
    expect(await app.call('cases.list', {})).toEqual([])
    await expect(app.call('cases.update', { id: made.id, name: 'x' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(
      app.call('evidence.add', { caseId: made.id, name: 'a.jpg', bytes: new Uint8Array() }),
    ).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('archived') as string })
    await app.call('cases.restore', { id: made.id })
    expect((await app.call('cases.list', {}))[0]!.note).toBe(awkward)
    const domains = app.events.map((e) => (e.name === 'records.changed' ? e.value.domain : e.name))
    expect(new Set(domains)).toEqual(new Set(['cases', 'audit']))
  })
})

describe('galleries', () => {
  const enrol = (galleryId: number, folder: string) =>
    app.call('galleries.enrol', { galleryId, source: { kind: 'folder', path: folder } })

  test('say what is wrong with a folder, and start no job for it', async () => {
    const { id } = await app.call('galleries.create', { name: awkward })
    mkdirSync(path.join(app.folder, 'empty'))
    writeFileSync(path.join(app.folder, 'empty', 'notes.txt'), 'no image')
    await expect(enrol(id, path.join(app.folder, 'empty'))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('holds no images') as string,
    })
    await expect(enrol(id, path.join(app.folder, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' })
    expect(await app.call('jobs.list', {})).toEqual([])
  })

  test('an archived one takes nothing in', async () => {
    const { id } = await app.call('galleries.create', { name: 'g' })
    await app.call('galleries.archive', { id })
    await expect(enrol(id, app.folder)).rejects.toMatchObject({ code: 'conflict' })
    await expect(app.call('galleries.reenrol', { galleryId: id })).rejects.toMatchObject({ code: 'conflict' })
    expect((await app.call('galleries.list', { archived: true })).map((g) => g.name)).toEqual(['g'])
  })

  test('with nothing to re-enrol say so', async () => {
    const { id } = await app.call('galleries.create', { name: 'g' })
    await expect(app.call('galleries.reenrol', { galleryId: id })).rejects.toThrow(/nothing to re-enrol/)
  })

  test('an upload that is not there (any more) is refused', async () => {
    const { id } = await app.call('galleries.create', { name: 'g' })
    await expect(
      app.call('galleries.enrol', { galleryId: id, source: { kind: 'staged', uploadId: 'u' } }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })
})

test('status and settings: what is told before the image process runs is true', async () => {
  const status = await app.call('app.status', {})
  expect(status).toMatchObject({ host: 'cli', storePath: app.folder, device: null, firstStart: true, demo: null })
  expect(status.deviceNote).toContain('starts with the first request')
  expect(status.recogniser).not.toBeNull()
  expect(status.detector).not.toBeNull()
  await app.call('settings.set', { top: 7, account: 'B. Analyst' })
  await app.reopen()
  expect(await app.call('settings.get', {})).toMatchObject({ top: 7, account: 'B. Analyst' })
  await app.call('cases.create', { name: 'c' })
  const [row] = (await app.call('audit.list', { limit: 1 })).rows
  expect(row).toMatchObject({ account: 'B. Analyst', action: 'cases.create', via: 'system' })
})

test('a second instance is refused with a sentence, and the first goes on', async () => {
  const { openApplication } = await import('./index.ts')
  await expect(openApplication({ folder: app.folder, host: 'cli', child: noWorker })).rejects.toMatchObject({
    code: 'store-locked',
  })
  expect((await app.call('cases.create', { name: 'still here' })).id).toBe(1)
})

test('whatever was done, the chain verifies', async () => {
  await app.call('cases.create', { name: awkward })
  await app.call('galleries.create', { name: awkward })
  await app.call('settings.set', { threads: 1 })
  expect(await app.call('audit.verify', {})).toMatchObject({ ok: true, problems: [] })
})
