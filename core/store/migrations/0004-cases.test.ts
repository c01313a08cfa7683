// Cases are archived, never deleted.
import { expect, test } from 'vitest'
import { schemaUpTo } from '../testing.ts'

test('a case needs a name and cannot be deleted', () => {
  const add =
    "INSERT INTO cases (name, reference, note, authorisation, demo, created_at) VALUES ('one', '', '', '', 0, 't')"
  const db = schemaUpTo(4).exec(add)
  expect(() => db.exec(add.replace("'one'", "''"))).toThrow('CHECK')
  expect(() => db.exec(add.replace("'one', ''", "'one', NULL"))).toThrow('NOT NULL')
  expect(() => db.exec('DELETE FROM cases')).toThrow('never deleted')
})
