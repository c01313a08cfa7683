// Items of a job are settled once; a job ends once.
import { beforeEach, expect, test } from 'vitest'
import type { Database } from 'better-sqlite3'
import { itemsSql } from '../jobItems.ts'
import { itemCountsSql, jobSql } from '../jobs.ts'
import { planOf, schemaUpTo } from '../testing.ts'

const item = (source: string): string =>
  `INSERT INTO job_items (job_id, path, sha256, source_image_id, file_name, subject, external_id, state, message) VALUES (1, ${source}, 'a.jpg', 'Ada', '', 'pending', '')`
let db: Database
beforeEach(() => {
  db = schemaUpTo(13)
    .exec(
      "INSERT INTO jobs (kind, title, parameters, created_at, created_by, state, note) VALUES ('enrol', 'x', '{}', 't', 'ana', 'queued', '')",
    )
    .exec(item("'/a.jpg', NULL, NULL"))
})

test('an item has one source and is settled once', () => {
  expect(() => db.exec(item(`'/a.jpg', '${'a'.repeat(64)}', NULL`))).toThrow('CHECK')
  expect(() => db.exec(item('NULL, NULL, NULL'))).toThrow('CHECK')
  expect(() => db.exec("UPDATE job_items SET subject = 'Eve', state = 'done'")).toThrow('settled once')
  db.exec("UPDATE job_items SET state = 'done'")
  expect(() => db.exec("UPDATE job_items SET state = 'unreadable'")).toThrow('settled once')
  expect(() => db.exec('DELETE FROM job_items')).toThrow('never deleted')
})

test('a job ends once, with its time', () => {
  expect(() => db.exec("UPDATE jobs SET state = 'done'")).toThrow('CHECK')
  db.exec("UPDATE jobs SET state = 'done', ended_at = 't'")
  expect(() => db.exec("UPDATE jobs SET state = 'running', ended_at = NULL")).toThrow('stays as it is')
})

test('what is next, what is active and how many come by index, in order', () => {
  expect(planOf(db, itemsSql)).toBe('SEARCH job_items USING INDEX job_items_by_state (job_id=? AND state=?)')
  expect(planOf(db, itemCountsSql)).toBe('SEARCH job_items USING COVERING INDEX job_items_by_state (job_id=?)')
  expect(planOf(db, `${jobSql} WHERE state NOT IN ('done', 'failed') ORDER BY id DESC`)).toMatch(/jobs_active/)
})
