// Evidence: the original and its facts stay as they were handed in.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addEvidence, getEvidence, listEvidence, setEvidenceDetected, setEvidenceExcluded } from './evidence.ts'
import { createCase } from './cases.ts'
import type { Store } from './store.ts'
import { ana, facts, hashOf, openTestStore, temporaryFolder } from './testing.ts'

let store: Store
let dispose: () => void
let caseId: number
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  caseId = createCase(store, ana, { name: 'one' }).id
})
afterEach(() => {
  store.close()
  dispose()
})
const add = (name: string, content = name, into = caseId): number =>
  addEvidence(store, ana, { caseId: into, name, bytes: Buffer.from(content), facts }).id

test('an original comes back as it was, with its facts', () => {
  const id = add('still "1" 😀.png', 'pixels')
  expect(getEvidence(store, id)).toEqual({
    id,
    caseId,
    name: 'still "1" 😀.png',
    sha256: hashOf('pixels'),
    bytes: 6,
    facts,
    addedAt: expect.any(String),
    addedBy: 'ana',
    excludedAt: null,
    detectedAt: null,
    probeCount: 0,
    duplicateOf: null,
  })
  expect(Buffer.from(store.blobs.get(hashOf('pixels'))).toString()).toBe('pixels')
})

test('the same file twice in a case is two records of one original, and says so; in another case it is no duplicate', () => {
  const other = createCase(store, ana, { name: 'two' }).id
  const [a, b, c] = [add('a', 'x'), add('b', 'x'), add('c', 'x')]
  expect(listEvidence(store, caseId).map((one) => one.duplicateOf)).toEqual([null, a, a])
  expect(getEvidence(store, add('d', 'x', other)).duplicateOf).toBe(null)
  expect([b, c]).toEqual([2, 3])
})

test('marks: excluded and restored, detected', () => {
  const id = add('a')
  expect(setEvidenceExcluded(store, ana, id, true).excludedAt).not.toBe(null)
  expect(setEvidenceDetected(store, ana, id, { faces: 2 })).toMatchObject({
    detectedAt: expect.any(String),
    excludedAt: expect.any(String),
  })
  expect(setEvidenceExcluded(store, ana, id, false)).toMatchObject({ excludedAt: null, detectedAt: expect.any(String) })
})

test('facts that the contract does not know are refused before anything is kept', () => {
  expect(() =>
    addEvidence(store, ana, { caseId, name: 'a', bytes: Buffer.from('a'), facts: { ...facts, orientation: 9 } }),
  ).toThrow()
  expect(store.blobs.has(hashOf('a'))).toBe(false)
  expect(() => addEvidence(store, ana, { caseId: 77, name: 'a', bytes: Buffer.from('a'), facts })).toThrow(
    'There is no case 77',
  )
  expect(store.blobs.has(hashOf('a'))).toBe(false)
})
