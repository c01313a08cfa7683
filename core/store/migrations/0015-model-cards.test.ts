// A later card speaks of the same network, and none is ever changed or deleted.
import { beforeEach, expect, test } from 'vitest'
import type { Database } from 'better-sqlite3'
import { modelSql } from '../models.ts'
import { planOf, schemaUpTo } from '../testing.ts'

const hash = 'a'.repeat(64)
const json = (more: object): string => JSON.stringify({ sha256: hash, role: 'recogniser', embedding: 4, ...more })
const add = (card: string): string => `INSERT INTO model_cards (package_id, card, known_at) VALUES (1, '${card}', 't')`
let db: Database
beforeEach(() => {
  db = schemaUpTo(15).exec(
    `INSERT INTO model_packages (sha256, role, name, embedding, card, shipped, bytes, registered_at, state, active)
      VALUES ('${hash}', 'recogniser', 'm', 4, '${json({})}', 1, 9, 't', 'experimental', 1)`,
  )
})

test('it is a card of the same network, role and dimension', () => {
  db.exec(add(json({ state: 'validated' })))
  for (const other of [{ sha256: 'b'.repeat(64) }, { role: 'detector' }, { embedding: 8 }, { embedding: null }])
    expect(() => db.exec(add(json(other))), JSON.stringify(other)).toThrow('same network')
  expect(() => db.exec(add('no json'))).toThrow(/CHECK|malformed/)
})

test('cards stay', () => {
  db.exec(add(json({})))
  expect(() => db.exec("UPDATE model_cards SET known_at = 'x'")).toThrow('never changed')
  expect(() => db.exec('DELETE FROM model_cards')).toThrow('never deleted')
})

test('the newest card of a package comes by index', () => {
  expect(planOf(db, `${modelSql} WHERE p.sha256 = ?`)).toMatch(
    /SEARCH c USING (COVERING )?INDEX model_cards_by_package/,
  )
})
