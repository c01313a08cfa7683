// Subjects are unique by name and external id within their gallery, and stay in it.
import { expect, test } from 'vitest'
import { planOf, schemaUpTo } from '../testing.ts'

test('a subject stands once, stays in its gallery, and is found by index', () => {
  const add = "INSERT INTO subjects (gallery_id, name, external_id, note, created_at) VALUES (1, 'Ada', '', '', 't')"
  const db = schemaUpTo(8)
    .exec(
      "INSERT INTO galleries (name, note, version, demo, created_at) VALUES ('refs', '', 1, 0, 't'), ('more', '', 1, 0, 't')",
    )
    .exec(add)
  expect(() => db.exec(add)).toThrow('UNIQUE')
  db.exec(add.replace("'Ada', ''", "'Ada', '2'"))
  expect(() => db.exec('UPDATE subjects SET gallery_id = 2')).toThrow('stays in its gallery')
  expect(() => db.exec('DELETE FROM subjects')).toThrow('never deleted')
  expect(() => db.exec(add.replace('(1,', '(3,'))).toThrow('FOREIGN KEY')
  expect(planOf(db, 'SELECT id FROM subjects WHERE gallery_id = ? AND name = ? AND external_id = ?')).toMatch(
    /COVERING INDEX sqlite_autoindex_subjects_1 \(gallery_id=\? AND name=\? AND external_id=\?\)/,
  )
})
