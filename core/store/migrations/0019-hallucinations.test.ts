// The schema itself keeps made-up faces and originals apart, whoever writes into it.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { syntheticSql } from '../synthetic.ts'
import type { Store } from '../store.ts'
import { ana, card, fillStore, hashOf, openTestStore, planOf, temporaryFolder } from '../testing.ts'
import { registerModel } from '../models.ts'

let store: Store
let dispose: () => void
const [known, fresh] = [hashOf('made up'), hashOf('never seen')]
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  fillStore(store)
  store.db.exec(`INSERT INTO synthetic_hashes (sha256) VALUES ('${known}')`)
})
afterEach(() => {
  store.close()
  dispose()
})
const evidence = (hash: string): string =>
  `INSERT INTO evidence (case_id, name, sha256, bytes, facts, added_at, added_by) VALUES (1, 'x', '${hash}', 1, '{}', 't', 'ana')`
const reference = (hash: string): string =>
  `INSERT INTO gallery_images (gallery_id, subject_id, file_name, sha256, width, height, added_at) VALUES (1, 1, 'x', '${hash}', 1, 1, 't')`
const without = (trigger: string, sql: string): void => void store.db.exec(`DROP TRIGGER ${trigger}; ${sql}`)

test('known bytes become neither evidence nor a reference image; others do', () => {
  expect(() => store.db.exec(evidence(known))).toThrow('no evidence')
  expect(() => store.db.exec(reference(known))).toThrow('no reference image')
  store.db.exec(evidence(fresh))
  store.db.exec(reference(hashOf('another')))
})

test('should one have come in all the same, it becomes no probe and gives no template', () => {
  without('evidence_is_not_synthetic', evidence(known))
  without('gallery_images_are_not_synthetic', reference(known))
  const probe = "INSERT INTO probes (case_id, evidence_id, number, created_at) VALUES (1, 2, 7, 't')"
  expect(() => store.db.exec(probe)).toThrow('no probe')
  without('probes_are_not_synthetic', probe)
  const template = (column: string, id: number): string =>
    `INSERT INTO templates (model_sha256, dimension, ${column}, created_at, vector)
      VALUES ('${hashOf('recogniser one')}', 4, ${id}, 't', zeroblob(16))`
  expect(() => store.db.exec(template('probe_id', 2))).toThrow('no template')
  expect(() => store.db.exec(template('image_id', 4))).toThrow('no template')
})

test('an original is never listed as made up, and the list only grows', () => {
  for (const text of ['evidence bytes', 'bytes of image 1'])
    expect(() => store.db.exec(`INSERT INTO synthetic_hashes (sha256) VALUES ('${hashOf(text)}')`)).toThrow('original')
  expect(() => store.db.exec('DELETE FROM synthetic_hashes')).toThrow('stays known')
  expect(() => store.db.exec(`UPDATE synthetic_hashes SET sha256 = '${fresh}'`)).toThrow('stays known')
})

test('a hallucination is made by a hallucinator, for a probe of its case', () => {
  registerModel(store, ana, { card: card('maker', null, { role: 'hallucinator' }), shipped: true, bytes: 1 })
  const add = (caseId: number, model: string): string =>
    `INSERT INTO hallucinations VALUES (NULL, ${caseId}, 1, '${hashOf(model)}', 'm', 1, 4, 12, 112, '[]', '{}', 1.5, NULL, 'cpu', 'ana', 't', 3, '1')`
  expect(() => store.db.exec(add(1, 'recogniser one'))).toThrow('by a hallucinator')
  expect(() => store.db.exec(add(2, 'maker'))).toThrow()
  store.db.exec(add(1, 'maker'))
  expect(() => store.db.exec('UPDATE hallucinations SET seed = 2')).toThrow('never changed')
  const image = `INSERT INTO hallucination_images VALUES (1, 'mean', 0, '${fresh}', 9)`
  expect(() => store.db.exec(image)).toThrow('FOREIGN KEY') // its hash must be listed first
})

test('bytes are looked up by index', () => {
  expect(planOf(store.db, syntheticSql)).toMatch(/USING COVERING INDEX/)
  expect(planOf(store.db, 'SELECT 1 FROM evidence WHERE sha256 = ?')).toMatch(/evidence_by_content/)
})
