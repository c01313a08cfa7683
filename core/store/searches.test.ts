// Searches: complete records that later changes do not touch.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addGalleryImage, reenrolImages } from './enrol.ts'
import { registerModel } from './models.ts'
import { addSearch, getSearch, listSearches, type SearchInput } from './searches.ts'
import { describeCandidates } from './candidates.ts'
import type { Store } from './store.ts'
import { updateSubject } from './subjects.ts'
import { updateGallery } from './galleries.ts'
import {
  ana,
  box,
  card,
  face,
  fillStore,
  hashOf,
  image,
  inference,
  openTestStore,
  temporaryFolder,
  vector,
} from './testing.ts'

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
const input = (more: Partial<SearchInput> = {}): SearchInput => ({
  probeId: ids.probeId,
  galleryId: ids.galleryId,
  galleryVersion: 4,
  gallerySize: 3,
  templateId: 1,
  device: 'cpu',
  startedAt: '2026-11-22T10:00:00.000Z',
  endedAt: '2026-11-22T10:00:00.000Z',
  parameters: { top: 2, metric: 'cosine', perSubject: 'all', probe: { box, label: 'é' } },
  inference,
  candidates: [
    { rank: 1, templateId: 4, score: 0.1 + 0.2 },
    { rank: 2, templateId: 2, score: -1 },
  ],
  ...more,
})

test('a search comes back exactly, with what the records say of it', () => {
  const made = addSearch(store, { ...ana, account: 'berta' }, input())
  expect(made.search).toMatchObject({
    caseId: ids.caseId,
    probeNumber: 1,
    gallery: 'References',
    galleryVersion: 4,
    gallerySize: 3,
    modelHash: ids.model,
    model: 'recogniser one',
    account: 'berta',
    parameters: input().parameters,
  })
  expect(made.candidates.map(({ rank, subject, fileName, score }) => [rank, subject, fileName, score])).toEqual([
    [1, 'Subject of image 2', 'image 2.jpg', 0.1 + 0.2],
    [2, 'Subject of image 0', 'image 0.jpg', -1],
  ])
  expect(getSearch(store, made.search.id)).toEqual(made)
  expect(listSearches(store, { caseId: ids.caseId }).map((search) => search.id)).toEqual([2, 1])
  expect(listSearches(store, { caseId: ids.caseId, probeId: 99 })).toEqual([])
})

test('renaming a subject or a gallery later changes no search', () => {
  const before = getSearch(store, ids.searchId)
  updateSubject(store, ana, before.candidates[0]!.subjectId, { name: 'Renamed' })
  updateGallery(store, ana, ids.galleryId, { name: 'Renamed' })
  expect(getSearch(store, ids.searchId)).toEqual(before)
  expect(describeCandidates(store, before.candidates)[0]!.subject).toBe('Renamed')
})

test('templates of another model, gallery, owner or version are refused', () => {
  const other = registerModel(store, ana, { card: card('two', 8), shipped: false, bytes: 1 }).card.sha256
  reenrolImages(store, ana, [
    { imageId: 1, outcome: { kind: 'template', modelSha256: other, vector: vector(1, 8), face } },
  ])
  const later = addGalleryImage(store, ana, image(ids.galleryId, 'later', ids.model)).templateId!
  const attempt = (more: Partial<SearchInput>) => () => addSearch(store, ana, input(more))
  const refused = 'is not one that model'
  expect(attempt({ candidates: [{ rank: 1, templateId: 5, score: 0.5 }], galleryVersion: 5 })).toThrow(refused)
  expect(attempt({ candidates: [{ rank: 1, templateId: later, score: 0.5 }] })).toThrow(refused)
  expect(attempt({ candidates: [{ rank: 1, templateId: 1, score: 0.5 }] })).toThrow(refused)
  expect(attempt({ templateId: 2 })).toThrow('is not one of probe 1')
  expect(listSearches(store, { caseId: ids.caseId })).toHaveLength(1)
  expect(hashOf('two')).toBe(other)
})

test('ranks count up, scores never rise, and are numbers', () => {
  const attempt =
    (scores: number[], ranks = scores.map((_, i) => i + 1)) =>
    () =>
      addSearch(
        store,
        ana,
        input({ candidates: scores.map((score, i) => ({ rank: ranks[i]!, templateId: 2 + i, score })) }),
      )
  expect(attempt([0.5, 0.6])).toThrow('out of order at rank 2')
  expect(attempt([0.5, 0.4], [1, 3])).toThrow('out of order at rank 3')
  expect(attempt([0.5, Number.NaN])).toThrow('out of order at rank 2')
  expect(attempt([0.5, 0.5])).not.toThrow()
})
