// A package is what its hash says; one per role is active, and no retired one.
import { beforeEach, expect, test } from 'vitest'
import type { Database } from 'better-sqlite3'
import { planOf, schemaUpTo } from '../testing.ts'

const add = (digit: string, role: string, active: number): string =>
  `INSERT INTO model_packages (sha256, role, name, embedding, card, shipped, bytes, registered_at, state, active)
    VALUES ('${digit.repeat(64)}', '${role}', 'm', ${role === 'detector' ? 'NULL' : 4}, '{}', 1, 9, 't', 'experimental', ${active})`
let db: Database
beforeEach(() => {
  db = schemaUpTo(6)
    .exec(add('a', 'recogniser', 1))
    .exec(add('b', 'detector', 1))
})

test('one package per role is active, never a retired one', () => {
  expect(() => db.exec(add('c', 'recogniser', 1))).toThrow('UNIQUE')
  expect(() => db.exec("UPDATE model_packages SET state = 'retired' WHERE active = 1")).toThrow('CHECK')
})

test('card and dimension stay, a recogniser has a dimension, nothing is deleted', () => {
  expect(() => db.exec('UPDATE model_packages SET card = \'{"x":1}\'')).toThrow('import another one')
  expect(() => db.exec('UPDATE model_packages SET embedding = 8')).toThrow('import another one')
  expect(() => db.exec(add('c', 'recogniser', 0).replace(', 4,', ', NULL,'))).toThrow('CHECK')
  expect(() => db.exec('DELETE FROM model_packages')).toThrow('never deleted')
})

test('the active package of a role comes by index', () => {
  expect(planOf(db, "SELECT sha256 FROM model_packages WHERE role = 'recogniser' AND active = 1")).toMatch(
    /USING INDEX model_packages_one_active/,
  )
})
