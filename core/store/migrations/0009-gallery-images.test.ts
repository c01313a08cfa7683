// One file stands once per gallery, under a subject of that gallery, and is never changed.
import { expect, test } from 'vitest'
import { planOf, schemaUpTo } from '../testing.ts'

const add = (gallery: number, subject: number, digit = 'a'): string =>
  `INSERT INTO gallery_images (gallery_id, subject_id, file_name, sha256, width, height, added_at)
    VALUES (${gallery}, ${subject}, 'a.jpg', '${digit.repeat(64)}', 10, 10, 't')`

test('a file stands once per gallery; subject and image share the gallery; nothing changes', () => {
  const db = schemaUpTo(9)
    .exec(
      "INSERT INTO galleries (name, note, version, demo, created_at) VALUES ('refs', '', 1, 0, 't'), ('more', '', 1, 0, 't')",
    )
    .exec(
      "INSERT INTO subjects (gallery_id, name, external_id, note, created_at) VALUES (1, 'Ada', '', '', 't'), (2, 'Ada', '', '', 't')",
    )
    .exec(add(1, 1))
    .exec(add(2, 2))
  expect(() => db.exec(add(1, 1))).toThrow('UNIQUE')
  expect(() => db.exec(add(1, 2, 'b'))).toThrow('FOREIGN KEY')
  expect(() => db.exec("UPDATE gallery_images SET sha256 = '" + 'c'.repeat(64) + "'")).toThrow('never changed')
  expect(() => db.exec('DELETE FROM gallery_images')).toThrow('never deleted')
  expect(planOf(db, 'SELECT id FROM gallery_images WHERE gallery_id = ? AND sha256 = ?')).toMatch(
    /COVERING INDEX sqlite_autoindex_gallery_images_1/,
  )
  expect(planOf(db, 'SELECT count(*) FROM gallery_images WHERE subject_id = ?')).toMatch(
    /COVERING INDEX gallery_images_by_subject/,
  )
})
