// Cases: made, changed, archived; an archived one takes nothing more.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listAudit } from './audit/list.ts'
import { createCase, getCase, listCases, setCaseArchived, updateCase } from './cases.ts'
import { addEvidence, setEvidenceExcluded } from './evidence.ts'
import { setProbeRetired } from './probes.ts'
import { findDemo, isFirstStart } from './overview.ts'
import { createGallery } from './galleries.ts'
import type { Store } from './store.ts'
import { ana, facts, fillStore, openTestStore, temporaryFolder } from './testing.ts'

let store: Store
let dispose: () => void
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
})
afterEach(() => {
  store.close()
  dispose()
})

test('what is given is kept, what is not given is empty, what is undefined stays', () => {
  const made = createCase(store, ana, { name: 'O’Brien "x" 🔍', authorisation: 'order 12' })
  expect(made).toMatchObject({
    name: 'O’Brien "x" 🔍',
    reference: '',
    note: '',
    authorisation: 'order 12',
    demo: false,
    archivedAt: null,
  })
  expect(updateCase(store, ana, made.id, { note: 'new', name: undefined })).toEqual({ ...made, note: 'new' })
  expect(() => getCase(store, 99)).toThrow('There is no case 99')
})

test('newest first, archived apart; archived ones take nothing until they are restored', () => {
  const [a, b] = [createCase(store, ana, { name: 'a' }), createCase(store, ana, { name: 'b' })]
  setCaseArchived(store, ana, a.id, true)
  createCase(store, ana, { name: 'c' })
  const names = (archived: boolean): string[] => listCases(store, { archived }).map((one) => one.name)
  expect([names(false), names(true)]).toEqual([['c', 'b'], ['a']])
  const refused = 'Case “a” is archived; restore it'
  expect(() => updateCase(store, ana, a.id, { note: 'x' })).toThrow(refused)
  expect(() => addEvidence(store, ana, { caseId: a.id, name: 'x', bytes: Buffer.from('x'), facts })).toThrow(refused)
  expect(setCaseArchived(store, ana, a.id, false).archivedAt).toBe(null)
  expect(b.archivedAt).toBe(null)
})

test('counts are of what is in sight', () => {
  const { caseId, probeId } = fillStore(store)
  expect(getCase(store, caseId)).toMatchObject({ evidenceCount: 1, probeCount: 1, searchCount: 1 })
  setProbeRetired(store, ana, probeId, true)
  setEvidenceExcluded(store, ana, 1, true)
  expect(getCase(store, caseId)).toMatchObject({ evidenceCount: 0, probeCount: 0, searchCount: 1 })
})

test('the rows of a case, and of a word, are found in the audit', () => {
  const { caseId } = fillStore(store)
  createCase(store, ana, { name: '100 % other' })
  const mine = listAudit(store, { caseId })
  expect(mine.rows.map((row) => row.subject)).toEqual(['search:1', 'probe:1', 'evidence:1', 'case:1'])
  expect(listAudit(store, { text: '0 % O' }).rows.map((row) => row.subject)).toEqual(['case:2'])
  expect(listAudit(store, { text: '%' }).total).toBe(1)
  const page = listAudit(store, { offset: 1, limit: 2 })
  expect(page.rows).toHaveLength(2)
  expect(page.rows[0]!.previousHash).toBe(page.rows[1]!.hash)
  expect(listAudit(store, {}).rows[0]!.hash).toBe(page.head)
})

test('first start and demonstration are told', () => {
  expect([isFirstStart(store), findDemo(store)]).toEqual([true, null])
  const { id: caseId } = createCase(store, ana, { name: 'Demo', demo: true })
  expect([isFirstStart(store), findDemo(store)]).toEqual([false, null])
  const { id: galleryId } = createGallery(store, ana, { name: 'Demo', demo: true })
  expect(findDemo(store)).toEqual({ caseId, galleryId })
})
