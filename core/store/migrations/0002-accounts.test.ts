// Accounts stay: old records name them.
import { expect, test } from 'vitest'
import { planOf, schemaUpTo } from '../testing.ts'

test('a name stands once, is never renamed, never deleted, and found by index', () => {
  const db = schemaUpTo(2).exec("INSERT INTO accounts (name, created_at) VALUES ('ana', 't')")
  expect(() => db.exec("INSERT INTO accounts (name, created_at) VALUES ('ana', 't')")).toThrow('UNIQUE')
  expect(() => db.exec("UPDATE accounts SET name = 'eve'")).toThrow('never renamed')
  expect(() => db.exec('DELETE FROM accounts')).toThrow('never deleted')
  expect(planOf(db, 'SELECT id FROM accounts WHERE name = ?')).toMatch(
    /USING COVERING INDEX sqlite_autoindex_accounts_1/,
  )
})
