// Changes: one transaction with its audit row, whole or not at all.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../base/sha256.ts'
import { auditHead, listAudit } from './audit/list.ts'
import { verifyAudit } from './audit/verify.ts'
import { createCase, getCase, listCases } from './cases.ts'
import type { Store } from './store.ts'
import { ana, facts, fillStore, openTestStore, temporaryFolder } from './testing.ts'
import { addEvidence } from './evidence.ts'

let folder: string
let dispose: () => void
let store: Store
beforeEach(() => {
  ;({ folder, dispose } = temporaryFolder())
  store = openTestStore(folder)
})
afterEach(() => {
  store.close()
  dispose()
})
const insert = (): unknown =>
  store
    .sql("INSERT INTO cases (name, reference, note, authorisation, demo, created_at) VALUES ('x', '', '', '', 0, 't')")
    .run()
const cases = (): number => listCases(store, { archived: false }).length

test('one change, one row with who, how, what, and the digest of what was written', () => {
  const { id } = createCase(store, { account: 'ana', via: 'shortcut', action: 'cases.create' }, { name: 'Dock' })
  const row = listAudit(store, {}).rows[0]!
  expect(row).toMatchObject({ account: 'ana', via: 'shortcut', action: 'cases.create', subject: `case:${id}` })
  expect(JSON.parse(row.parameters)).toMatchObject({
    name: 'Dock',
    records: [expect.stringMatching(/^case:1 [0-9a-f]{64}$/)],
  })
})

test('a change without an audit row, one that fails and one that is not done in time are not kept', () => {
  const head = auditHead(store)
  expect(() => store.write(ana, insert)).toThrow('must write an audit row')
  expect(() => store.write(ana, (audit) => (audit('case:1', {}), insert(), expect.fail('broken')))).toThrow('broken')
  expect(() => store.write(ana, async (audit) => (audit('case:1', {}), insert()))).toThrow('must be done when')
  expect(cases()).toBe(0)
  expect(auditHead(store)).toEqual(head)
})

test('a write inside a write shares its fate, even where the failure is caught', () => {
  expect(() =>
    store.write(ana, (audit) => {
      audit('case:1', {})
      createCase(store, ana, { name: 'one' })
      try {
        store.write(ana, () => expect.fail('inner'))
      } catch {
        // carried on regardless
      }
    }),
  ).toThrow('inner')
  expect(cases()).toBe(0)
  store.write(ana, () => createCase(store, ana, { name: 'one' })) // the joined write's row is the change's row
  expect(cases()).toBe(1)
})

test('a full disk keeps nothing of the change, says so, and the store goes on when there is room', async () => {
  const { caseId } = fillStore(store)
  const pages = store.db.pragma('page_count', { simple: true }) as number
  store.db.pragma(`max_page_count = ${pages}`)
  const head = auditHead(store)
  const bytes = Buffer.from('one more original')
  const huge = { ...facts, exif: { Note: 'x'.repeat(200_000) } }
  expect(() => addEvidence(store, ana, { caseId, name: 'x.png', bytes, facts: huge })).toThrow(
    `The disk that holds ${folder} is full`,
  )
  expect(auditHead(store)).toEqual(head)
  expect(getCase(store, caseId).evidenceCount).toBe(1)
  store.db.pragma('max_page_count = 1000000')
  addEvidence(store, ana, { caseId, name: 'x.png', bytes, facts: huge })
  expect(store.blobs.has(sha256(bytes))).toBe(true)
  expect((await verifyAudit(store)).problems).toEqual([])
})

test('the blob of an import whose record fails goes again', () => {
  const { caseId } = fillStore(store)
  const pages = store.db.pragma('page_count', { simple: true }) as number
  store.db.pragma(`max_page_count = ${pages}`)
  const bytes = Buffer.from('orphan')
  expect(() =>
    addEvidence(store, ana, {
      caseId,
      name: 'x',
      bytes,
      facts: { ...facts, exif: { Note: 'x'.repeat(200_000) } },
    }),
  ).toThrow('is full')
  expect(store.blobs.has(sha256(bytes))).toBe(false)
})
