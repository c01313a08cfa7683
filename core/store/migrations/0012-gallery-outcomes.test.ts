// What a recogniser said of an image may come to an end, once; what a search saw stays.
import { beforeEach, expect, test } from 'vitest'
import type { Database } from 'better-sqlite3'
import { gallerySql } from '../galleries.ts'
import { galleryImageSql } from '../galleryImages.ts'
import { galleryTemplatesSql } from '../galleryTemplates.ts'
import { planOf, schemaUpTo } from '../testing.ts'

const a = 'a'.repeat(64)
const add = (values: string): string =>
  `INSERT INTO gallery_outcomes (gallery_id, image_id, model_sha256, template_id, reason, face, since_version, made_at) VALUES (${values})`
let db: Database
beforeEach(() => {
  db = schemaUpTo(12)
    .exec(
      "INSERT INTO galleries (name, note, version, demo, created_at) VALUES ('refs', '', 9, 0, 't'), ('more', '', 1, 0, 't')",
    )
    .exec("INSERT INTO subjects (gallery_id, name, external_id, note, created_at) VALUES (1, 'Ada', '', '', 't')")
    .exec(
      `INSERT INTO gallery_images (gallery_id, subject_id, file_name, sha256, width, height, added_at)
      VALUES (1, 1, 'a.jpg', '${a}', 9, 9, 't'), (1, 1, 'b.jpg', '${'b'.repeat(64)}', 9, 9, 't')`,
    )
    .exec(
      `INSERT INTO model_packages (sha256, role, name, embedding, card, shipped, bytes, registered_at, state, active)
      VALUES ('${a}', 'recogniser', 'm', 2, '{}', 1, 9, 't', 'experimental', 1)`,
    )
    .exec(
      `INSERT INTO templates (model_sha256, dimension, image_id, created_at, vector) VALUES ('${a}', 2, 1, 't', zeroblob(8))`,
    )
    .exec(add(`1, 1, '${a}', 1, NULL, '{}', 2, 't'`))
})

test('a template belongs to its own image and model, an absence has a reason', () => {
  expect(() => db.exec(add(`1, 2, '${a}', 1, NULL, '{}', 3, 't'`))).toThrow('own image and model')
  expect(() => db.exec(add(`1, 2, '${a}', NULL, NULL, NULL, 3, 't'`))).toThrow('CHECK')
  expect(() => db.exec(add(`2, 2, '${a}', NULL, 'blurred', NULL, 3, 't'`))).toThrow('FOREIGN KEY')
})

test('one word per image and model holds at a time; it ends once and is never rewritten', () => {
  expect(() => db.exec(add(`1, 1, '${a}', NULL, 'blurred', NULL, 3, 't'`))).toThrow('UNIQUE')
  expect(() => db.exec('UPDATE gallery_outcomes SET since_version = 1')).toThrow('come to its end')
  db.exec('UPDATE gallery_outcomes SET until_version = 3').exec(add(`1, 1, '${a}', NULL, 'blurred', NULL, 3, 't'`))
  expect(() => db.exec('UPDATE gallery_outcomes SET until_version = 4 WHERE id = 1')).toThrow('come to its end')
  expect(() => db.exec('DELETE FROM gallery_outcomes')).toThrow('never deleted')
})

test('all templates of a gallery come in order by one covering index, counts and states by indexes', () => {
  expect(planOf(db, galleryTemplatesSql.rows)).toBe(
    'SEARCH o USING COVERING INDEX gallery_outcomes_in_order (gallery_id=? AND model_sha256=? AND template_id>?); ' +
      'SEARCH i USING INTEGER PRIMARY KEY (rowid=?); SEARCH t USING INTEGER PRIMARY KEY (rowid=?)',
  )
  expect(planOf(db, galleryTemplatesSql.count)).toMatch(/COVERING INDEX gallery_outcomes_in_order/)
  expect(planOf(db, `${gallerySql} WHERE g.id = ?`)).not.toMatch(/SCAN/)
  expect(planOf(db, `${galleryImageSql} WHERE i.gallery_id = @g ORDER BY i.id LIMIT 10`)).toMatch(
    /gallery_outcomes_one_current/,
  )
})
