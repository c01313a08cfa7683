// The record of an original is never changed; what happens to it stands beside it.
import { beforeEach, expect, test } from 'vitest'
import type { Database } from 'better-sqlite3'
import { planOf, schemaUpTo } from '../testing.ts'

let db: Database
beforeEach(() => {
  db = schemaUpTo(5)
    .exec(
      "INSERT INTO cases (name, reference, note, authorisation, demo, created_at) VALUES ('one', '', '', '', 0, 't')",
    )
    .exec(
      `INSERT INTO evidence (case_id, name, sha256, bytes, facts, added_at, added_by) VALUES (1, 'a.png', '${'a'.repeat(64)}', 5, '{}', 't', 'ana')`,
    )
})

test('an original is neither changed nor deleted', () => {
  expect(() => db.exec("UPDATE evidence SET name = 'b.png'")).toThrow('never changed')
  expect(() => db.exec('DELETE FROM evidence')).toThrow('never deleted')
})

test('marks change freely, of evidence that exists, and are never deleted', () => {
  db.exec("INSERT INTO evidence_marks VALUES (1, 't', NULL)").exec('UPDATE evidence_marks SET excluded_at = NULL')
  expect(() => db.exec('DELETE FROM evidence_marks')).toThrow('never deleted')
  expect(() => db.exec('INSERT INTO evidence_marks VALUES (2, NULL, NULL)')).toThrow('FOREIGN KEY')
})

test("a case's evidence and a duplicate are found by one index", () => {
  expect(planOf(db, 'SELECT id FROM evidence WHERE case_id = ? AND sha256 = ?')).toBe(
    'SEARCH evidence USING COVERING INDEX evidence_by_case (case_id=? AND sha256=?)',
  )
  expect(planOf(db, 'SELECT count(*) FROM evidence WHERE case_id = ?')).toMatch(/COVERING INDEX evidence_by_case/)
})
