// Probes: every change is a revision with, where there is one, a template of its own; the old ones stay.
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  addProbe,
  getProbe,
  listProbes,
  listProbesOfEvidence,
  setProbeRetired,
  updateProbe,
  type ProbeInput,
} from './probes.ts'
import { getSearch } from './searches.ts'
import type { Store } from './store.ts'
import { getTemplate, listTemplates } from './templates.ts'
import { ana, box, card, fillStore, hashOf, openTestStore, points, temporaryFolder, vector } from './testing.ts'
import { verifyAudit } from './audit/verify.ts'
import { registerModel } from './models.ts'

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
const input = (more: Partial<ProbeInput> = {}): ProbeInput => ({
  evidenceId: 1,
  box,
  points,
  boxBy: 'analyst',
  pointsBy: 'analyst',
  detectorScore: null,
  quality: [{ name: 'interEyePx', value: 8.5, unit: 'px', algorithm: 'five-points', version: '1' }],
  outcome: { kind: 'insufficient', reason: 'The face is 5 px high.' },
  ...more,
})
const template = (axis: number, dim = 4, modelSha256 = ids.model) =>
  ({ kind: 'template', modelSha256, vector: vector(axis, dim) }) as const

test('a probe keeps where it is, who placed it, its quality, and why there is no template', () => {
  const probe = addProbe(store, ana, input({ label: 'left man' }))
  expect(probe).toMatchObject({
    number: 2,
    label: 'left man',
    box,
    points,
    boxBy: 'analyst',
    detectorScore: null,
    quality: input().quality,
    state: { kind: 'insufficient', reason: 'The face is 5 px high.' },
    retiredAt: null,
  })
  expect(listProbes(store, ids.caseId).map((one) => one.number)).toEqual([1, 2])
  expect(listProbesOfEvidence(store, 1)).toHaveLength(2)
})

test('moving the face makes a new template; the old one, and the search made with it, stay', async () => {
  const before = getSearch(store, ids.searchId)
  const moved = { ...box, x: 11 }
  const probe = updateProbe(store, ana, ids.probeId, { box: moved, boxBy: 'analyst', outcome: template(2) })
  const [old, now] = listTemplates(store, 'probe', ids.probeId)
  expect(probe).toMatchObject({
    box: moved,
    boxBy: 'analyst',
    pointsBy: 'analyst',
    state: { kind: 'template', templateId: now!.id },
  })
  expect([old!.vector, now!.vector]).toEqual([vector(1), vector(2)])
  expect(getSearch(store, ids.searchId)).toEqual(before)
  expect(getTemplate(store, before.search.templateId)).toEqual(old)
  expect((await verifyAudit(store)).problems).toEqual([])
})

test('moving it without a new template leaves it pending; a label alone changes nothing else', () => {
  const before = getProbe(store, ids.probeId)
  expect(updateProbe(store, ana, ids.probeId, { label: 'tall' })).toEqual({ ...before, label: 'tall' })
  expect(updateProbe(store, ana, ids.probeId, { points }).state).toEqual({ kind: 'pending' })
})

test('retired and restored, never gone', () => {
  expect(setProbeRetired(store, ana, ids.probeId, true).retiredAt).not.toBe(null)
  expect(listProbes(store, ids.caseId)).toHaveLength(1)
  expect(setProbeRetired(store, ana, ids.probeId, false)).toMatchObject({
    retiredAt: null,
    state: { kind: 'template' },
  })
})

test('a template that is not of its model, not of unit length, or no number is refused, and nothing is kept', () => {
  registerModel(store, ana, { card: card('a detector', null, { role: 'detector' }), shipped: true, bytes: 1 })
  const attempt = (outcome: ProbeInput['outcome']) => () => addProbe(store, ana, input({ outcome }))
  expect(attempt(template(1, 8))).toThrow(
    'A template of 8 values is not one of “recogniser one”, whose templates have 4',
  )
  expect(attempt(template(1, 4, hashOf('nobody')))).toThrow('No recogniser with the hash')
  expect(attempt(template(1, 4, hashOf('a detector')))).toThrow('No recogniser with the hash')
  expect(attempt({ ...template(1), vector: Float32Array.of(1, 1, 0, 0) })).toThrow('where 1 is due')
  expect(attempt({ ...template(1), vector: Float32Array.of(Number.NaN, 0, 0, 0) })).toThrow('where 1 is due')
  expect(listProbes(store, ids.caseId)).toHaveLength(1)
})
