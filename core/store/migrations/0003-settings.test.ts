// A setting is one JSON value under one name.
import { expect, test } from 'vitest'
import { planOf, schemaUpTo } from '../testing.ts'

test('only JSON is kept, once per name, found by index', () => {
  const db = schemaUpTo(3).exec("INSERT INTO settings (name, value) VALUES ('top', '50')")
  expect(() => db.exec("INSERT INTO settings (name, value) VALUES ('top', '60')")).toThrow('UNIQUE')
  expect(() => db.exec("UPDATE settings SET value = 'fifty'")).toThrow('CHECK')
  expect(planOf(db, 'SELECT value FROM settings WHERE name = ?')).toMatch(/USING INDEX sqlite_autoindex_settings_1/)
})
