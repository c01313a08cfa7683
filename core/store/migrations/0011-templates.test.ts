// A template is as long as its recogniser says, has one owner, and stays.
import { beforeEach, expect, test } from 'vitest'
import type { Database } from 'better-sqlite3'
import { templatesOf } from '../templates.ts'
import { planOf, schemaUpTo } from '../testing.ts'

const a = 'a'.repeat(64)
const add = (values: string): string =>
  `INSERT INTO templates (model_sha256, dimension, probe_id, image_id, created_at, vector) VALUES (${values})`
let db: Database
beforeEach(() => {
  db = schemaUpTo(11)
    .exec(
      "INSERT INTO cases (name, reference, note, authorisation, demo, created_at) VALUES ('one', '', '', '', 0, 't')",
    )
    .exec(
      `INSERT INTO evidence (case_id, name, sha256, bytes, facts, added_at, added_by) VALUES (1, 'a.png', '${a}', 5, '{}', 't', 'ana')`,
    )
    .exec("INSERT INTO probes (case_id, evidence_id, number, created_at) VALUES (1, 1, 1, 't'), (1, 1, 2, 't')")
    .exec(
      `INSERT INTO model_packages (sha256, role, name, embedding, card, shipped, bytes, registered_at, state, active)
      VALUES ('${a}', 'recogniser', 'm', 2, '{}', 1, 9, 't', 'experimental', 1)`,
    )
    .exec(add(`'${a}', 2, 1, NULL, 't', zeroblob(8)`))
})

test('dimension, bytes and package agree', () => {
  expect(() => db.exec(add(`'${a}', 3, 1, NULL, 't', zeroblob(12)`))).toThrow('as many values')
  expect(() => db.exec(add(`'${a}', 2, 1, NULL, 't', zeroblob(7)`))).toThrow('CHECK')
  expect(() => db.exec(add(`'${'b'.repeat(64)}', 2, 1, NULL, 't', zeroblob(8)`))).toThrow('as many values')
})

test('one owner, never changed, never deleted', () => {
  expect(() => db.exec(add(`'${a}', 2, NULL, NULL, 't', zeroblob(8)`))).toThrow('CHECK')
  expect(() => db.exec('UPDATE templates SET vector = zeroblob(8)')).toThrow('never changed')
  expect(() => db.exec('DELETE FROM templates')).toThrow('never deleted')
})

test('a probe uses no template of another probe', () => {
  expect(() =>
    db.exec(`INSERT INTO probe_revisions (probe_id, revision, label, box, points, box_by, points_by, quality, state, template_id, made_at, made_by)
      VALUES (2, 1, '', '{}', '[]', 'detector', 'analyst', '[]', 'template', 1, 't', 'ana')`),
  ).toThrow('of its own')
})

test("an owner's templates come by index", () => {
  expect(planOf(db, templatesOf.probe)).toMatch(/templates_by_probe/)
  expect(planOf(db, templatesOf['gallery-image'])).toMatch(/templates_by_image/)
  expect(planOf(db, 'SELECT count(*) FROM templates WHERE model_sha256 = ?')).toMatch(
    /COVERING INDEX templates_by_model/,
  )
})
