// A third role is allowed, and the packages that were there keep all that refers to them.
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'
import { schemaUpTo } from '../testing.ts'
import { migrations } from './index.ts'

const add = (digit: string, role: string, embedding: number | null): string =>
  `INSERT INTO model_packages (sha256, role, name, embedding, card, shipped, bytes, registered_at, state, active)
    VALUES ('${digit.repeat(64)}', '${role}', 'm', ${embedding}, '{"sha256":"s","role":"recogniser","embedding":4}', 1, 9, 't', 'experimental', 0)`

test('packages keep their rows, what refers to them, and their rules', () => {
  const db = schemaUpTo(17)
    .exec(add('a', 'recogniser', 4))
    .exec(add('b', 'detector', null))
  db.exec(`INSERT INTO model_cards (package_id, card, known_at)
    VALUES (1, '{"sha256":"s","role":"recogniser","embedding":4}', 't')`)
  const rows = (): unknown => db.prepare('SELECT * FROM model_packages ORDER BY id').all()
  const before = rows()
  migrate(db, migrations.slice(0, 18), { folder: '', appVersion: '', now: () => 't', backup: () => {} })
  expect(rows()).toEqual(before)
  expect(db.pragma('foreign_key_check')).toEqual([])
  // Still referred to, and still guarded.
  expect(() => db.exec("INSERT INTO model_cards (package_id, card, known_at) VALUES (9, '{}', 't')")).toThrow()
  db.exec('DROP TRIGGER model_packages_no_delete')
  expect(() => db.exec('DELETE FROM model_packages WHERE id = 1')).toThrow('FOREIGN KEY')
  expect(() => db.exec('UPDATE model_packages SET embedding = 8')).toThrow('import another one')
})

test('a hallucinator has no embedding, a recogniser has one', () => {
  const db = schemaUpTo(18)
  db.exec(add('a', 'hallucinator', null))
  expect(() => db.exec(add('b', 'hallucinator', 4))).toThrow('CHECK')
  expect(() => db.exec(add('b', 'recogniser', null))).toThrow('CHECK')
  expect(() => db.exec(add('b', 'oracle', null))).toThrow('CHECK')
})
