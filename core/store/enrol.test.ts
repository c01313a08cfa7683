// Enrolment: image, subject, template and job item together; each file once; every version as a search saw it.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyAudit } from './audit/verify.ts'
import { auditHead } from './audit/list.ts'
import { addGalleryImage, addGalleryImages, reenrolImages } from './enrol.ts'
import {
  createGallery,
  findGallery,
  getGallery,
  listGalleries,
  setGalleryArchived,
  updateGallery,
} from './galleries.ts'
import {
  findGalleryImage,
  galleryFace,
  getGalleryImage,
  imagesWithoutOutcome,
  listGalleryImages,
} from './galleryImages.ts'
import { galleryTemplates } from './galleryTemplates.ts'
import { pendingItems } from './jobItems.ts'
import { createJob, getJob } from './jobs.ts'
import { activateModel, registerModel } from './models.ts'
import type { Store } from './store.ts'
import { getSubject, listSubjects, updateSubject } from './subjects.ts'
import { ana, card, face, hashOf, image, openTestStore, temporaryFolder, vector } from './testing.ts'

let store: Store
let dispose: () => void
let one: string
let two: string
let g: number
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  one = registerModel(store, ana, { card: card('one', 4), shipped: true, bytes: 1 }).card.sha256
  two = registerModel(store, ana, { card: card('two', 8), shipped: false, bytes: 1 }).card.sha256
  g = createGallery(store, ana, { name: 'References' }).id
})
afterEach(() => {
  store.close()
  dispose()
})
const insufficient = (modelSha256: string) =>
  ({ kind: 'insufficient', modelSha256, reason: 'No face was found.', face: null }) as const
const template = (modelSha256: string, axis: number, dim: number) =>
  ({ kind: 'template', modelSha256, vector: vector(axis, dim), face }) as const

test('each file once: the second time the earlier image is named and nothing is added', () => {
  const first = addGalleryImage(store, ana, image(g, 'a', one))
  const before = getGallery(store, g)
  const again = addGalleryImage(store, ana, image(g, 'a', one, { fileName: 'copy.jpg', subject: { name: 'Another' } }))
  expect(again).toEqual({ ...first, kind: 'duplicate' })
  expect(getGallery(store, g)).toEqual(before)
  expect(addGalleryImage(store, ana, image(createGallery(store, ana, { name: 'Other' }).id, 'a', one)).kind).toBe(
    'added',
  )
})

test('a subject is one by name and external id; the version grows with every image', () => {
  const ada = { name: 'Ada' }
  addGalleryImages(store, ana, [
    image(g, 'a', one, { subject: ada }),
    image(g, 'b', one, { subject: ada }),
    image(g, 'c', one, { subject: { ...ada, externalId: '2' } }),
  ])
  expect(
    listSubjects(store, { galleryId: g }).rows.map(({ name, externalId, images }) => [name, externalId, images]),
  ).toEqual([
    ['Ada', '', 2],
    ['Ada', '2', 1],
  ])
  expect(getGallery(store, g)).toMatchObject({
    version: 4,
    subjects: 2,
    images: 3,
    templates: 3,
    stale: 0,
    insufficient: 0,
  })
})

test('an image without a template is kept with its reason', () => {
  const { imageId, templateId } = addGalleryImage(store, ana, image(g, 'a', one, { outcome: insufficient(one) }))
  expect(templateId).toBe(null)
  expect(getGalleryImage(store, imageId).state).toEqual({ kind: 'insufficient', reason: 'No face was found.' })
  expect(getGallery(store, g)).toMatchObject({ images: 1, templates: 0, insufficient: 1 })
  expect(galleryFace(store, imageId)).toBe(null)
})

test('all of a batch or nothing of it, blobs included', () => {
  const head = auditHead(store)
  const wrong = image(g, 'b', one, { outcome: template(one, 1, 8) })
  expect(() => addGalleryImages(store, ana, [image(g, 'a', one), wrong])).toThrow(
    'A template of 8 values is not one of “one”',
  )
  expect(auditHead(store)).toEqual(head)
  expect(getGallery(store, g)).toMatchObject({ version: 1, images: 0, subjects: 0 })
  expect(store.blobs.has(hashOf('bytes of a'))).toBe(false)
  expect(() => addGalleryImage(store, ana, image(g, 'a', one, { content: { sha256: hashOf('nothing') } }))).toThrow(
    'is missing',
  )
})

test('another model makes a gallery stale until it is enrolled again; every version stays as it was', async () => {
  const added = addGalleryImages(store, ana, [
    image(g, 'a', one),
    image(g, 'bb', one),
    image(g, 'ccc', one, { outcome: insufficient(one) }),
  ])
  const seen = galleryTemplates(store, g, one)
  activateModel(store, ana, two)
  expect(getGallery(store, g)).toMatchObject({ templates: 0, stale: 2, insufficient: 1 })
  expect(listGalleryImages(store, { galleryId: g }).rows.map((row) => row.state.kind)).toEqual([
    'stale',
    'stale',
    'insufficient',
  ])
  expect(imagesWithoutOutcome(store, g, two)).toEqual(added.map(({ imageId }) => imageId))
  const [a, b, c] = added.map(({ imageId }) => imageId) as [number, number, number]
  reenrolImages(store, ana, [
    { imageId: a, outcome: template(two, 1, 8) },
    { imageId: b, outcome: insufficient(two) },
    { imageId: c, outcome: template(two, 3, 8) },
  ])
  expect(getGallery(store, g)).toMatchObject({ version: 7, templates: 2, stale: 0, insufficient: 1 })
  expect(imagesWithoutOutcome(store, g, two)).toEqual([])
  expect(galleryTemplates(store, g, one, seen.version)).toEqual(seen)
  expect(galleryTemplates(store, g, two, seen.version).count).toBe(0)
  expect(galleryTemplates(store, g, two)).toMatchObject({ dim: 8, count: 2, imageIds: Uint32Array.of(a, c) })
  expect((await verifyAudit(store)).problems).toEqual([])
})

test('a new word of the same model replaces the old one from that version on', () => {
  const { imageId, templateId } = addGalleryImage(store, ana, image(g, 'a', one))
  reenrolImages(store, ana, [{ imageId, outcome: template(one, 3, 4) }])
  const [before, now] = [galleryTemplates(store, g, one, 2), galleryTemplates(store, g, one)]
  expect([...before.templateIds]).toEqual([templateId])
  expect([before.vectors, now.vectors]).toEqual([vector(1), vector(3)])
  expect(getGallery(store, g)).toMatchObject({ version: 3, images: 1, templates: 1 })
})

test('enrolling settles the job item in the same transaction, and never twice', () => {
  const names = ['a', 'b', 'a again', 'c']
  const { id } = createJob(store, ana, {
    kind: 'enrol',
    title: 'x',
    galleryId: g,
    items: names.map((name) => ({ source: { kind: 'path', path: `/x/${name}` }, fileName: name, subject: 'Ada' })),
  })
  const [a, b, again, c] = pendingItems(store, id, 10)
  addGalleryImages(store, ana, [
    image(g, 'a', one, { jobItemId: a!.id }),
    image(g, 'b', one, { jobItemId: b!.id, outcome: insufficient(one) }),
    image(g, 'a', one, { jobItemId: again!.id, subject: { name: 'Eve' } }),
  ])
  expect(getJob(store, id).counts).toEqual({ enrolled: 1, duplicates: 1, insufficient: 1, unreadable: 0 })
  expect(getJob(store, id).problems.map((problem) => problem.file)).toEqual(expect.arrayContaining(['b']))
  expect(() => addGalleryImage(store, ana, image(g, 'd', one, { jobItemId: a!.id }))).toThrow('settled already')
  expect(findGalleryImage(store, g, hashOf('bytes of d'))).toBe(null)
  expect(pendingItems(store, id, 10)).toEqual([c])
})

test('galleries have one name each, are found by it, and take nothing while archived', () => {
  expect(() => createGallery(store, ana, { name: 'References' })).toThrow('There is a gallery “References” already')
  expect(findGallery(store, 'References')?.id).toBe(g)
  expect(findGallery(store, 'references')).toBe(null)
  setGalleryArchived(store, ana, g, true)
  expect(listGalleries(store, { archived: false })).toEqual([])
  expect(() => addGalleryImage(store, ana, image(g, 'a', one))).toThrow('Gallery “References” is archived')
  setGalleryArchived(store, ana, g, false)
  expect(updateGallery(store, ana, g, { name: 'Refs', note: 'n' })).toMatchObject({
    name: 'Refs',
    note: 'n',
    version: 1,
  })
})

test('subjects are searched, paged, renamed without becoming another', () => {
  addGalleryImages(
    store,
    ana,
    ['Ada', 'Béla', '100%'].map((name) => image(g, name, one, { subject: { name } })),
  )
  expect(listSubjects(store, { galleryId: g, text: '%' }).rows.map((row) => row.name)).toEqual(['100%'])
  expect(listSubjects(store, { galleryId: g, offset: 1, limit: 1 })).toMatchObject({
    total: 3,
    rows: [{ name: 'Ada' }],
  })
  const ada = listSubjects(store, { galleryId: g, text: 'ada' }).rows[0]!
  expect(() => updateSubject(store, ana, ada.id, { name: 'Béla' })).toThrow('has another subject “Béla”')
  expect(updateSubject(store, ana, ada.id, { externalId: '7', note: 'n' })).toMatchObject({
    name: 'Ada',
    externalId: '7',
    note: 'n',
  })
  expect(getGallery(store, g).version).toBe(5)
  expect(getSubject(store, ada.id).images).toBe(1)
  expect(listGalleryImages(store, { galleryId: g, subjectId: ada.id })).toMatchObject({
    total: 1,
    rows: [{ subject: 'Ada', state: { kind: 'enrolled' } }],
  })
})

test('the face of an image is the one this model saw, else the newest', () => {
  const { imageId } = addGalleryImage(store, ana, image(g, 'a', one))
  const other = { ...face, box: { ...face.box, x: 99 } }
  reenrolImages(store, ana, [{ imageId, outcome: { ...template(two, 1, 8), face: other } }])
  expect([galleryFace(store, imageId, one), galleryFace(store, imageId, two), galleryFace(store, imageId)]).toEqual([
    face,
    other,
    other,
  ])
})
