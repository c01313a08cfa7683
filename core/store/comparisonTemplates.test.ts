// Templates for comparisons: kept once beside the enrolled ones, never instead of them, and vouched for by the chain.
import { afterEach, beforeEach, expect, test } from 'vitest'
import Sqlite from 'better-sqlite3'
import { verifyAudit } from './audit/verify.ts'
import {
  addComparisonTemplates,
  probeTemplate,
  faceOf,
  referenceFaces,
  referenceVectors,
  shrunkReferences,
  type ComparisonTemplateInput,
} from './comparisonTemplates.ts'
import { reenrolImages } from './enrol.ts'
import { getGallery } from './galleries.ts'
import { databasePath } from './inspect.ts'
import { registerModel } from './models.ts'
import { addShrunkTemplates } from './shrunk.ts'
import type { Store } from './store.ts'
import { ana, card, face, fillStore, openTestStore, points, temporaryFolder, vector } from './testing.ts'

let store: Store
let dispose: () => void
let ids: ReturnType<typeof fillStore>
let other: string
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  ids = fillStore(store)
  other = registerModel(store, ana, { card: card('recogniser two', 6), shipped: true, bytes: 10 }).hash
})
afterEach(() => {
  store.close()
  dispose()
})
const of = (imageId: number, made: Float32Array | string, side = 0): ComparisonTemplateInput => ({
  of: { imageId },
  model: other,
  points,
  side,
  made,
})
const add = (...inputs: ComparisonTemplateInput[]): void =>
  addComparisonTemplates(store, ana, `gallery:${ids.galleryId}`, inputs)
const faces = (model: string) => referenceFaces(store, ids.galleryId, model)
const auditRows = (): number => store.sql<{ n: number }>('SELECT count(*) AS n FROM audit').get()!.n

test('a package finds the faces that another one enrolled, then its own templates of them', async () => {
  expect(faces(ids.model).map((f) => [f.templateId, f.comparedId, f.without])).toEqual([
    [2, null, false],
    [3, null, false],
    [4, null, false],
  ])
  const before = getGallery(store, ids.galleryId)
  expect(faces(other).map((f) => [f.imageId, f.templateId, f.comparedId])).toEqual([
    [1, null, null],
    [2, null, null],
    [3, null, null],
  ])
  add(of(1, vector(1, 6)), of(2, 'Too small.'), of(3, vector(3, 6)))
  expect(faces(other).map((f) => [f.comparedId, f.without])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ])
  const there = faces(other).filter((f) => !f.without)
  expect(referenceVectors(store, there, 6)).toEqual(Float32Array.from([...vector(1, 6), ...vector(3, 6)]))
  expect(faceOf(there[0]!)).toEqual(face)
  expect(getGallery(store, ids.galleryId)).toEqual(before)
  expect(await verifyAudit(store)).toMatchObject({ ok: true })
})

test('enrolled by the package itself, its own template counts; a comparison’s stays where it is', () => {
  add(of(1, vector(1, 6)))
  reenrolImages(store, ana, [
    { imageId: 1, outcome: { kind: 'template', modelSha256: other, vector: vector(5, 6), face } },
    { imageId: 2, outcome: { kind: 'insufficient', modelSha256: other, reason: 'Too small.', face } },
  ])
  const [first, second] = faces(other)
  expect(first).toMatchObject({ templateId: 5, without: false })
  expect(second).toMatchObject({ templateId: null, comparedId: null, without: true })
  expect(referenceVectors(store, [first!], 6)).toEqual(vector(5, 6))
})

test('what is there already is not written again', () => {
  add(of(1, vector(1, 6)))
  const rows = auditRows()
  add(of(1, vector(2, 6)))
  expect(auditRows()).toBe(rows)
  add(of(1, vector(2, 6)), of(2, vector(2, 6)))
  expect(auditRows()).toBe(rows + 1)
  expect(referenceVectors(store, faces(other).slice(0, 1), 6)).toEqual(vector(1, 6))
})

test('shrunk faces come from searches and from comparisons, each at its side', () => {
  addShrunkTemplates(store, ana, ids.galleryId, 9, [{ templateId: 2, vector: vector(2) }])
  expect(shrunkReferences(store, faces(ids.model), ids.model, 9)).toEqual(new Map([[1, vector(2)]]))
  add(of(2, vector(4, 6), 9), of(3, vector(5, 6), 10))
  expect(shrunkReferences(store, faces(other), other, 9)).toEqual(new Map([[2, vector(4, 6)]]))
})

test('a probe’s template belongs to its points', () => {
  const { probeId } = ids
  const moved = points.map(({ x, y }) => ({ x: x + 1, y })) as unknown as typeof points
  const probe = (made: Float32Array | string, at = points) =>
    addComparisonTemplates(store, ana, `probe:${probeId}`, [
      { of: { probeId }, model: other, points: at, side: 0, made },
    ])
  expect(probeTemplate(store, probeId, other, points)).toBeNull()
  probe(vector(1, 6))
  probe('Too small.', moved)
  expect(probeTemplate(store, probeId, other, points)).toEqual(vector(1, 6))
  expect(probeTemplate(store, probeId, other, moved)).toBe('Too small.')
  // That of the probe's own revision needs no comparison.
  expect(probeTemplate(store, probeId, ids.model, points)).toEqual(vector(1))
  expect(probeTemplate(store, probeId, ids.model, moved)).toBeNull()
})

test('a vector of another length or another dimension is refused, its companions with it', () => {
  expect(() => add(of(1, vector(1, 6)), of(2, new Float32Array(6)))).toThrow('not of unit length')
  expect(() => add(of(1, vector(1, 6)), of(2, vector(1, 4)))).toThrow('4 values')
  expect(faces(other).every((f) => f.comparedId === null)).toBe(true)
})

test('a changed vector is found', async () => {
  add(of(1, vector(1, 6)), of(2, vector(2, 6)))
  const db = new Sqlite(databasePath(store.folder))
  const name = 'comparison_templates_no_update'
  const sql = db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name) as string
  db.exec(`DROP TRIGGER ${name}; UPDATE comparison_templates SET vector = zeroblob(24) WHERE id = 2; ${sql}`)
  db.close()
  expect((await verifyAudit(store)).problems.map((p) => p.where)).toEqual(['comparison-template:2'])
})
