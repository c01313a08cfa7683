// Shrunk templates: kept once, found again exactly, vouched for by the audit chain.
import { afterEach, beforeEach, expect, test } from 'vitest'
import Sqlite from 'better-sqlite3'
import { verifyAudit } from './audit/verify.ts'
import { databasePath } from './inspect.ts'
import { addSearch, getSearch } from './searches.ts'
import { addShrunkTemplates, facesOfTemplates, shrunkTemplates } from './shrunk.ts'
import type { Store } from './store.ts'
import { ana, box, fillStore, inference, openTestStore, points, temporaryFolder, vector } from './testing.ts'

let store: Store
let dispose: () => void
let ids: ReturnType<typeof fillStore>
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  ids = fillStore(store)
})
afterEach(() => {
  store.close()
  dispose()
})
const add = (side: number, ...templates: number[]): void =>
  addShrunkTemplates(
    store,
    ana,
    ids.galleryId,
    side,
    templates.map((templateId) => ({ templateId, vector: vector(templateId + side) })),
  )
const auditRows = (): number => store.sql<{ n: number }>('SELECT count(*) AS n FROM audit').get()!.n

test('they come back by template and side, and are written once', async () => {
  add(9, 2, 3)
  expect(shrunkTemplates(store, [2, 3, 4], 9)).toEqual(
    new Map([
      [2, vector(11)],
      [3, vector(12)],
    ]),
  )
  expect(shrunkTemplates(store, [2], 8).size).toBe(0)
  const rows = auditRows()
  addShrunkTemplates(store, ana, ids.galleryId, 9, [{ templateId: 2, vector: vector(1) }])
  expect(auditRows()).toBe(rows)
  add(9, 3, 4)
  expect(auditRows()).toBe(rows + 1)
  expect(shrunkTemplates(store, [2, 4], 9)).toEqual(
    new Map([
      [2, vector(11)],
      [4, vector(13)],
    ]),
  )
  expect(await verifyAudit(store)).toMatchObject({ ok: true })
})

test('a vector that is not of unit length is refused, and its companions with it', () => {
  const bad = [
    { templateId: 2, vector: vector(1) },
    { templateId: 3, vector: Float32Array.of(0, 0, NaN, 1) },
  ]
  expect(() => addShrunkTemplates(store, ana, ids.galleryId, 9, bad)).toThrow('gallery template 3 shrunk to 9 px')
  expect(shrunkTemplates(store, [2, 3], 9).size).toBe(0)
})

test('the face behind a template is the one it was made of', () => {
  expect(
    facesOfTemplates(store, [4, 2]).map(({ templateId, fileName, points: at }) => [templateId, fileName, at]),
  ).toEqual([
    [4, 'image 2.jpg', points],
    [2, 'image 0.jpg', points],
  ])
  expect(() => facesOfTemplates(store, [1])).toThrow('There is no gallery template 1') // the probe's
})

test('a changed vector and changed parts of a score are found', async () => {
  add(9, 2, 3)
  const second = { upTo: 20, weight: 0.25, used: true, limit: 1000, compared: 3 }
  const made = addSearch(store, ana, {
    probeId: ids.probeId,
    galleryId: ids.galleryId,
    galleryVersion: 4,
    gallerySize: 3,
    templateId: 1,
    device: 'cpu',
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: '2026-11-22T10:00:00.000Z',
    parameters: { top: 2, metric: 'cosine', perSubject: 'all', probe: { box } },
    inference: { ...inference, flip: true, nativeSide: 9, second },
    candidates: [{ rank: 1, templateId: 4, score: 0.75 * 0.6 + 0.25 * 0.2, parts: { cosine: 0.6, second: 0.2 } }],
  })
  expect(made.search.inference).toEqual({ ...inference, flip: true, nativeSide: 9, second })
  expect(made.candidates[0]!.parts).toEqual({ cosine: 0.6, second: 0.2 })
  expect(getSearch(store, made.search.id)).toEqual(made)
  const db = new Sqlite(databasePath(store.folder))
  const triggers = ['shrunk_templates_no_update', 'candidate_parts_no_update', 'search_inference_no_update']
  const sql = triggers.map(
    (name) => db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name) as string,
  )
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`)
  db.exec('UPDATE shrunk_templates SET vector = zeroblob(16) WHERE id = 2')
  db.exec('UPDATE candidate_parts SET second = 0.3')
  db.exec('UPDATE search_inference SET flip = 1 WHERE search_id = 1')
  for (const text of sql) db.exec(text)
  db.close()
  expect((await verifyAudit(store)).problems.map((p) => p.where)).toEqual([
    'shrunk-template:2',
    'search-inference:1',
    'search-inference:2',
  ])
})

test('a fused score has its parts, and no other score has any', () => {
  const search = {
    probeId: ids.probeId,
    galleryId: ids.galleryId,
    galleryVersion: 4,
    gallerySize: 3,
    templateId: 1,
    device: 'cpu',
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: '2026-11-22T10:00:00.000Z',
    parameters: { top: 2, metric: 'cosine' as const, perSubject: 'all' as const, probe: {} },
  }
  const second = { upTo: 20, weight: 0.5, used: true, limit: 1000, compared: 3 }
  const candidate = { rank: 1, templateId: 4, score: 0.5 }
  const parts = { cosine: 0.6, second: 0.4 }
  const attempt = (used: boolean, some: object) => () =>
    addSearch(store, ana, {
      ...search,
      inference: { ...inference, second: { ...second, used, compared: used ? 3 : 0 } },
      candidates: [{ ...candidate, ...some }],
    })
  expect(attempt(true, {})).toThrow('The parts of the score at rank 1 are missing')
  expect(attempt(false, { parts })).toThrow('The parts of the score')
  expect(attempt(true, { parts: { ...parts, second: 0.5 } })).toThrow(/give it/)
  expect(attempt(true, { parts })).not.toThrow()
})
