// The audit table refuses to forget: no row changes, no row goes, and a case's rows are found by an index.
import { expect, test } from 'vitest'
import { auditPageSql } from '../audit/list.ts'
import { planOf, schemaUpTo } from '../testing.ts'

const add = (sequence: number | null, parameters = '{}'): string =>
  `INSERT INTO audit (sequence, time, account, action, via, subject, parameters, previous_hash, hash)
    VALUES (${sequence}, 't', 'ana', 'cases.create', 'button', 'case:1', '${parameters}', '${'0'.repeat(64)}', '${'1'.repeat(64)}')`

test('rows are neither changed nor deleted, not even by REPLACE', () => {
  const db = schemaUpTo(1).exec(add(1))
  expect(() => db.exec("UPDATE audit SET account = 'eve'")).toThrow('never changed')
  expect(() => db.exec('DELETE FROM audit')).toThrow('never deleted')
  expect(() => db.exec(add(1).replace('INSERT', 'INSERT OR REPLACE'))).toThrow('never deleted')
})

test('a hash has 64 digits, nothing is empty, and types are strict', () => {
  const db = schemaUpTo(1)
  expect(() => db.exec(add(1).replace(`'${'1'.repeat(64)}'`, "'abc'"))).toThrow('CHECK')
  expect(() => db.exec(add(1).replace("'ana'", "''"))).toThrow('CHECK')
  expect(() => db.exec(add(1).replace("'ana'", "x'00'"))).toThrow('cannot store BLOB')
})

test('rows of a case come by index, text that is no JSON does no harm, the newest come first without sorting', () => {
  const db = schemaUpTo(1)
  db.exec(add(1, '{"caseId":7}')).exec(add(2, 'not json')).exec(add(3, '{"caseId":8}'))
  expect(db.prepare('SELECT sequence FROM audit WHERE case_id = 7').pluck().all()).toEqual([1])
  expect(planOf(db, auditPageSql('WHERE case_id = ?'))).toBe('SEARCH audit USING INDEX audit_by_case (case_id=?)')
  expect(planOf(db, auditPageSql(''))).toBe('SCAN audit')
})
