// Made-up faces are kept apart, verified like everything else, and leave when they are discarded; their hashes stay.
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../base/sha256.ts'
import { listAudit } from './audit/list.ts'
import { verifyAudit } from './audit/verify.ts'
import { addGalleryImage } from './enrol.ts'
import { addEvidence } from './evidence.ts'
import {
  addHallucination,
  discardHallucination,
  getHallucination,
  hallucinationImage,
  listHallucinations,
  type HallucinationInput,
} from './hallucinations.ts'
import { registerModel } from './models.ts'
import type { Store } from './store.ts'
import { ana, box, card, facts, fillStore, image, openTestStore, points, temporaryFolder } from './testing.ts'

let folder: string
let dispose: () => void
let store: Store
let filled: ReturnType<typeof fillStore>
beforeEach(() => {
  ;({ folder, dispose } = temporaryFolder())
  store = openTestStore(folder)
  filled = fillStore(store)
  registerModel(store, ana, { card: card('maker', null, { role: 'hallucinator' }), shipped: true, bytes: 1 })
})
afterEach(() => {
  store.close()
  dispose()
})
const picture = (text: string): Uint8Array => Buffer.from(`picture ${text}`)
const input = (texts: readonly string[]): HallucinationInput => ({
  probeId: filled.probeId,
  modelHash: card('maker').sha256,
  model: 'maker',
  seed: 7,
  samples: 4,
  nativeSide: 14,
  size: 112,
  points,
  region: box,
  spread: 2.5,
  measure: null,
  device: 'cpu',
  ms: 12,
  images: texts.map((text, index) => ({ part: 'sample', index, png: picture(text) })),
})
const areaFiles = (area: string): string[] =>
  readdirSync(path.join(folder, area), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

test('what is added lies in an area of its own, comes back, and verifies', async () => {
  const before = areaFiles('blobs').length
  const { id } = addHallucination(store, ana, input(['a', 'b']))
  expect(getHallucination(store, id)).toMatchObject({ probeNumber: 1, seed: 7, points, region: box, account: 'ana' })
  expect(Buffer.from(store.synthetic.get(hallucinationImage(store, id, 'sample', 1)))).toEqual(picture('b'))
  expect([areaFiles('blobs').length, areaFiles('synthetic').length]).toEqual([before, 2])
  expect(await verifyAudit(store)).toMatchObject({ ok: true, problems: [], blobs: before + 2 })
})

test('neither its bytes become evidence or a reference, nor an original one of it', () => {
  addHallucination(store, ana, input(['a']))
  const bytes = picture('a')
  const add = (): unknown => addEvidence(store, ana, { caseId: filled.caseId, name: 'a.png', bytes, facts })
  const enrol = (): unknown =>
    addGalleryImage(store, ana, image(filled.galleryId, 'a', filled.model, { content: bytes }))
  const before = areaFiles('blobs')
  for (const attempt of [add, enrol]) expect(attempt).toThrow(/synthetic face made by Vestige/)
  expect(areaFiles('blobs')).toEqual(before)
  const original = { ...input([]), images: [{ part: 'mean' as const, index: 0, png: Buffer.from('evidence bytes') }] }
  expect(() => addHallucination(store, ana, original)).toThrow(/original/)
  expect(areaFiles('synthetic')).toHaveLength(1)
  expect(listHallucinations(store, filled.caseId)).toHaveLength(1)
})

test('discarded, it is gone but for the audit chain and its hashes; shared pictures stay for the others', async () => {
  const first = addHallucination(store, ana, input(['a', 'both']))
  const second = addHallucination(store, ana, input(['both', 'c']))
  discardHallucination(store, ana, first.id)
  expect(() => getHallucination(store, first.id)).toThrow('There is no hallucination')
  expect(listHallucinations(store, filled.caseId, filled.probeId).map(({ id }) => id)).toEqual([second.id])
  expect(areaFiles('synthetic')).toHaveLength(2)
  expect(() => addEvidence(store, ana, { caseId: filled.caseId, name: 'a.png', bytes: picture('a'), facts })).toThrow(
    /synthetic/,
  )
  expect(await verifyAudit(store)).toMatchObject({ ok: true, problems: [] })
  const told = listAudit(store, { text: '', offset: 0, limit: 50 }).rows.filter(
    ({ subject }) => subject === `hallucination:${first.id}`,
  )
  expect(told).toHaveLength(2)
})

test('verification finds a record taken out, a changed picture, a missing one, and one among the originals', async () => {
  const { id } = addHallucination(store, ana, input(['a', 'b', 'c']))
  const problems = async (): Promise<string[]> => (await verifyAudit(store)).problems.map(({ message }) => message)
  const file = (text: string): string => store.synthetic.path(sha256(picture(text)))
  chmodSync(file('a'), 0o600)
  writeFileSync(file('a'), 'something else')
  store.synthetic.remove(sha256(picture('b')))
  store.blobs.put(picture('c'))
  expect(existsSync(file('b'))).toBe(false)
  const told = (await problems()).join('\n')
  expect(told).toMatch(/made-up picture of hallucination 1 .* was changed/)
  expect(told).toMatch(/made-up picture of hallucination 1 .* is missing from the synthetic folder/)
  expect(told).toMatch(/lies among the originals/)
  store.db.exec(`DELETE FROM hallucination_images; DELETE FROM hallucinations WHERE id = ${id}`)
  expect((await problems()).join('\n')).toMatch(/record hallucination:1 of audit row \d+ is missing/)
})
