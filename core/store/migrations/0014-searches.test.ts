// A search record is complete or not there, of one model, and never changed.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from 'better-sqlite3'
import { candidatesSql } from '../candidates.ts'
import { searchSql } from '../searches.ts'
import { card, fillStore, hashOf, openTestStore, planOf, temporaryFolder, ana } from '../testing.ts'
import { registerModel } from '../models.ts'
import type { Store } from '../store.ts'

let store: Store
let db: Database
let dispose: () => void
beforeEach(() => {
  const temporary = temporaryFolder()
  dispose = temporary.dispose
  store = openTestStore(temporary.folder)
  db = store.db
  fillStore(store)
})
afterEach(() => {
  store.close()
  dispose()
})

/** A copy of search 1 with one column put differently. */
function copy(column: string, value: string): void {
  const names = (db.pragma('table_info(searches)') as { name: string }[])
    .map((info) => info.name)
    .filter((name) => name !== 'id')
  db.exec(
    `INSERT INTO searches (${names.join()}) SELECT ${names.map((name) => (name === column ? value : name)).join()} FROM searches WHERE id = 1`,
  )
}

test('no field that Art. 12(3) asks for, nor any other, can be missing', () => {
  copy('', '')
  const columns = (db.pragma('table_info(searches)') as { name: string; notnull: number; pk: number }[]).filter(
    (info) => info.pk === 0,
  )
  for (const name of [
    'started_at',
    'ended_at',
    'gallery_id',
    'gallery_version',
    'evidence_sha256',
    'account',
    'template_id',
    'model_sha256',
  ])
    expect(columns.map((info) => info.name)).toContain(name)
  for (const { name } of columns) expect(() => copy(name, 'NULL'), name).toThrow(/NOT NULL|own probe and model/)
})

test('a search does not end before it starts', () => {
  expect(() => copy('ended_at', "'2026-11-22T09:59:59.999Z'")).toThrow('CHECK')
})

test('templates of two models cannot stand in one search', () => {
  registerModel(store, ana, { card: card('recogniser two'), shipped: false, bytes: 1 })
  expect(() => copy('model_sha256', `'${hashOf('recogniser two')}'`)).toThrow('own probe and model')
  db.exec(
    `INSERT INTO templates (model_sha256, dimension, image_id, created_at, vector) VALUES ('${hashOf('recogniser two')}', 4, 1, 't', zeroblob(16))`,
  )
  const candidate = (template: number): string =>
    `INSERT INTO candidates VALUES (1, 9, ${template}, 1, 1, 's', '', 'f', 0.5)`
  expect(() => db.exec(candidate(5))).toThrow("search's model")
  expect(() => db.exec(candidate(1))).toThrow("search's model") // the probe's own template is no candidate
  expect(() => db.exec(candidate(2).replace('0.5', '1.5'))).toThrow('CHECK')
})

test('searches and candidates are never changed or deleted', () => {
  expect(() => db.exec("UPDATE searches SET device = 'x'")).toThrow('never changed')
  expect(() => db.exec('DELETE FROM searches')).toThrow('never deleted')
  expect(() => db.exec('UPDATE candidates SET score = 1')).toThrow('never changed')
  expect(() => db.exec('DELETE FROM candidates')).toThrow('never deleted')
})

test('searches of a case and of a probe come by index, candidates in rank order', () => {
  expect(planOf(db, `${searchSql} WHERE case_id = ? ORDER BY id DESC`)).toMatch(/searches_by_case/)
  expect(planOf(db, `${searchSql} WHERE case_id = ? AND probe_id = ? ORDER BY id DESC`)).toMatch(/searches_by_/)
  expect(planOf(db, candidatesSql)).toBe('SEARCH c USING PRIMARY KEY (search_id=?)')
})
