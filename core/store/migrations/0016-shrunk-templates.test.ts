// One shrunk template per gallery template and side, of as many values, for ever.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../store.ts'
import { shrunkSql, templateFaceSql } from '../shrunk.ts'
import { fillStore, openTestStore, planOf, temporaryFolder } from '../testing.ts'

let store: Store
let dispose: () => void
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  fillStore(store)
})
afterEach(() => {
  store.close()
  dispose()
})
const add = (template: number, side: number, dimension = 4): string =>
  `INSERT INTO shrunk_templates (template_id, side, dimension, made_at, vector)
    VALUES (${template}, ${side}, ${dimension}, 't', zeroblob(${4 * dimension}))`

test('it belongs to a gallery template, once per side', () => {
  store.db.exec(add(2, 9))
  store.db.exec(add(2, 10))
  expect(() => store.db.exec(add(2, 9))).toThrow('UNIQUE')
  expect(() => store.db.exec(add(1, 9))).toThrow('only a gallery template') // the probe's
  expect(() => store.db.exec(add(3, 9, 8))).toThrow('only a gallery template')
  expect(() => store.db.exec(add(3, 3))).toThrow('CHECK')
})

test('it stays', () => {
  store.db.exec(add(2, 9))
  expect(() => store.db.exec('UPDATE shrunk_templates SET side = 8')).toThrow('never changed')
  expect(() => store.db.exec('DELETE FROM shrunk_templates')).toThrow('never deleted')
})

test('a vector and the face behind it come by index', () => {
  expect(planOf(store.db, shrunkSql)).toMatch(/SEARCH shrunk_templates USING INDEX/)
  expect(planOf(store.db, templateFaceSql)).toMatch(/SEARCH o USING INDEX gallery_outcomes_by_template/)
})
