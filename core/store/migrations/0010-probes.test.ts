// Probes come from evidence of their own case and change by revisions only.
import { beforeEach, expect, test } from 'vitest'
import type { Database } from 'better-sqlite3'
import { probeSql } from '../probes.ts'
import { planOf, schemaUpTo } from '../testing.ts'

const revision = (number: number, state = "'pending', NULL, NULL"): string =>
  `INSERT INTO probe_revisions (probe_id, revision, label, box, points, box_by, points_by, quality, state, reason, template_id, made_at, made_by)
    VALUES (1, ${number}, 'label ${number}', '{}', '[]', 'detector', 'analyst', '[]', ${state}, 't', 'ana')`
let db: Database
beforeEach(() => {
  // Revisions name templates, which the next change brings.
  db = schemaUpTo(11)
    .exec(
      "INSERT INTO cases (name, reference, note, authorisation, demo, created_at) VALUES ('one', '', '', '', 0, 't'), ('two', '', '', '', 0, 't')",
    )
    .exec(
      `INSERT INTO evidence (case_id, name, sha256, bytes, facts, added_at, added_by) VALUES (1, 'a.png', '${'a'.repeat(64)}', 5, '{}', 't', 'ana')`,
    )
    .exec("INSERT INTO probes (case_id, evidence_id, number, created_at) VALUES (1, 1, 1, 't')")
})

test('a probe needs evidence, of its own case', () => {
  expect(() => db.exec("INSERT INTO probes (case_id, evidence_id, number, created_at) VALUES (2, 1, 1, 't')")).toThrow(
    'case of its evidence',
  )
  expect(() => db.exec("INSERT INTO probes (case_id, number, created_at) VALUES (1, 2, 't')")).toThrow(
    'case of its evidence',
  )
})

test('the last revision holds; none is changed or deleted', () => {
  db.exec(revision(1)).exec(revision(2))
  expect(db.prepare('SELECT label FROM current_probes').pluck().all()).toEqual(['label 2'])
  expect(() => db.exec("UPDATE probe_revisions SET label = ''")).toThrow('never changed')
  expect(() => db.exec('DELETE FROM probe_revisions')).toThrow('never deleted')
  expect(() => db.exec('UPDATE probes SET number = 2')).toThrow('by revisions')
})

test('insufficient has a reason, a template is there when it is said to be', () => {
  expect(() => db.exec(revision(1, "'insufficient', NULL, NULL"))).toThrow('CHECK')
  expect(() => db.exec(revision(1, "'template', NULL, NULL"))).toThrow('CHECK')
  expect(() => db.exec(revision(1, "'pending', 'why', NULL"))).toThrow('CHECK')
})

test('probes of a case and of evidence come by index, each with its last revision', () => {
  expect(planOf(db, probeSql.ofCase)).not.toMatch(/SCAN (p|r|probe)/)
  expect(planOf(db, probeSql.ofEvidence)).toMatch(/probes_by_evidence/)
  expect(planOf(db, probeSql.one)).not.toMatch(/SCAN (p|r|probe)/)
})
