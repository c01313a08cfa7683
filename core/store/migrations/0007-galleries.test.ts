// A gallery's version only grows.
import { expect, test } from 'vitest'
import { planOf, schemaUpTo } from '../testing.ts'

test('the version never goes back, names stand once and are found by index, nothing is deleted', () => {
  const add = "INSERT INTO galleries (name, note, version, demo, created_at) VALUES ('refs', '', 1, 0, 't')"
  const db = schemaUpTo(7).exec(add).exec('UPDATE galleries SET version = 5')
  expect(() => db.exec('UPDATE galleries SET version = 4')).toThrow('never goes back')
  expect(() => db.exec(add)).toThrow('UNIQUE')
  expect(() => db.exec('DELETE FROM galleries')).toThrow('never deleted')
  expect(planOf(db, 'SELECT id FROM galleries WHERE name = ?')).toMatch(/COVERING INDEX sqlite_autoindex_galleries_1/)
})
