// Makes stores with content for tests, through the same functions that the application uses.
import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { FivePoints } from '../contract/common.ts'
import type { ImportFacts } from '../contract/evidence.ts'
import type { ModelCard } from '../contract/models.ts'
import type { SearchInference } from '../contract/searches.ts'
import { createCase } from './cases.ts'
import { addGalleryImage, type GalleryImageInput } from './enrol.ts'
import { addEvidence } from './evidence.ts'
import { createGallery } from './galleries.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { registerModel } from './models.ts'
import { openStore, type OpenOptions } from './open.ts'
import { addProbe } from './probes.ts'
import { addSearch } from './searches.ts'
import { openInMemory } from './sqlite.ts'
import type { Actor, Store } from './store.ts'

export const ana: Actor = { account: 'ana', via: 'button', action: 'test.change' }

/** A folder that is gone when `dispose` was called. */
export function temporaryFolder(): { folder: string; dispose(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-store-'))
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A clock that goes on by one second per question, so that what is stored does not depend on the machine. */
export function steadyClock(): () => Date {
  let at = Date.UTC(2026, 10, 22, 10, 0, 0)
  return () => new Date((at += 1000))
}

export const openTestStore = (folder: string, options: Partial<OpenOptions> = {}): Store =>
  openStore({ folder, appVersion: '0.1.0-test', osUser: 'ana', now: steadyClock(), ...options })

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

export const card = (name: string, embedding: number | null = 4, more: Partial<ModelCard> = {}): ModelCard => ({
  schema: 1,
  name,
  role: 'recogniser',
  version: '1',
  state: 'experimental',
  description: '',
  network: '',
  parameters: null,
  macs: null,
  sha256: hashOf(name),
  embedding,
  pixels: null,
  trainedOn: '',
  recipe: '',
  licence: '',
  source: '',
  validatedFrom: null,
  measurements: [],
  limits: [],
  selfTest: null,
  ...more,
})

export const facts: ImportFacts = {
  format: 'png',
  width: 100,
  height: 80,
  orientation: 1,
  bitDepth: 8,
  colour: 'rgb',
  icc: null,
  frames: 1,
  exif: { Make: 'Caméra "X" 📷' },
  warnings: [],
}
/** Of a search with one network and no second score. */
export const inference: SearchInference = {
  probeNetwork: hashOf('network'),
  galleryNetwork: hashOf('network'),
  flip: false,
  probe: null,
  nativeSide: 17,
  second: null,
}
export const box = { x: 10, y: 12.5, width: 20, height: 24 }
export const points: FivePoints = [
  { x: 15, y: 20 },
  { x: 25, y: 20 },
  { x: 20, y: 26 },
  { x: 16, y: 31 },
  { x: 24, y: 31 },
]
export const face = { box, points, quality: [] }

/** Unit vector that leans towards axis `axis`. */
export function vector(axis: number, dim = 4): Float32Array {
  const raw = Float32Array.from({ length: dim }, (_, i) => (i === axis % dim ? 1 : 0.1 * ((axis * 7 + i * 3) % 5)))
  const length = Math.hypot(...raw)
  return raw.map((value) => value / length)
}

export const image = (
  galleryId: number,
  name: string,
  modelSha256: string,
  more: Partial<GalleryImageInput> = {},
): GalleryImageInput => ({
  galleryId,
  subject: { name: `Subject of ${name}` },
  fileName: `${name}.jpg`,
  content: Buffer.from(`bytes of ${name}`),
  width: 200,
  height: 300,
  outcome: { kind: 'template', modelSha256, vector: vector(name.length), face },
  ...more,
})

/** A small store with one of everything: case, evidence, probe, gallery with `images` images, search with candidates. */
export function fillStore(
  store: Store,
  images = 3,
): { caseId: number; probeId: number; galleryId: number; searchId: number; model: string } {
  const model = registerModel(store, ana, { card: card('recogniser one'), shipped: true, bytes: 10 }).card.sha256
  const { id: caseId } = createCase(store, ana, { name: 'Case “one” 🔍', authorisation: 'order 12' })
  const evidence = addEvidence(store, ana, {
    caseId,
    name: 'still "1" 😀.png',
    bytes: Buffer.from('evidence bytes'),
    facts,
  })
  const probe = addProbe(store, ana, {
    evidenceId: evidence.id,
    box,
    points,
    boxBy: 'detector',
    pointsBy: 'analyst',
    detectorScore: 0.75,
    quality: [],
    outcome: { kind: 'template', modelSha256: model, vector: vector(1) },
  })
  const gallery = createGallery(store, ana, { name: 'References' })
  const added = Array.from({ length: images }, (_, i) =>
    addGalleryImage(store, ana, image(gallery.id, `image ${i}`, model)),
  )
  const { search } = addSearch(store, ana, {
    probeId: probe.id,
    galleryId: gallery.id,
    galleryVersion: 1 + images,
    gallerySize: images,
    templateId: probe.state.kind === 'template' ? probe.state.templateId : 0,
    device: 'cpu, 2 threads',
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: '2026-11-22T10:00:01.000Z',
    parameters: { top: 50, metric: 'cosine', perSubject: 'best', probe: { box } },
    inference,
    candidates: added.map(({ templateId }, i) => ({ rank: i + 1, templateId: templateId!, score: 0.9 - i / 10 })),
  })
  return { caseId, probeId: probe.id, galleryId: gallery.id, searchId: search.id, model }
}

/** A database in memory with the first `versions` changes of the schema. */
export function schemaUpTo(versions: number): Database {
  const db = openInMemory()
  migrate(db, migrations.slice(0, versions), {
    folder: 'memory',
    appVersion: 'test',
    now: () => '2026-11-22T10:00:00.000Z',
    backup: () => {},
  })
  return db
}

/** How SQLite would answer a query, one line; parameters stand for anything. */
export const planOf = (db: Database, sql: string): string =>
  (db.prepare(`EXPLAIN QUERY PLAN ${sql.replace(/@\w+|\?/g, '1')}`).all() as { detail: string }[])
    .map((line) => line.detail)
    .join('; ')
