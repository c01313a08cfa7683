// Verification finds what was changed, put in or taken out, and says what it is.
import type { Database } from 'better-sqlite3'
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCase } from '../cases.ts'
import { databasePath } from '../inspect.ts'
import { fillStore, openTestStore, temporaryFolder, ana } from '../testing.ts'
import { headPath, writeHeadFile } from './head.ts'
import { verifyAudit, verifyFolder } from './verify.ts'

let master: string
let folder: string
const disposers: (() => void)[] = []
beforeAll(() => {
  const made = temporaryFolder()
  master = made.folder
  const store = openTestStore(master)
  fillStore(store)
  store.close()
})
beforeEach(() => {
  const made = temporaryFolder()
  disposers.push(made.dispose)
  folder = made.folder
  cpSync(master, folder, { recursive: true })
})
afterEach(() => disposers.pop()!())
afterAll(() => rmSync(master, { recursive: true, force: true }))

/** Changes the database behind Vestige's back: triggers are taken away and put back as they were. */
function tamper(...sql: string[]): void {
  const db: Database = new Sqlite(databasePath(folder))
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string
    sql: string
  }[]
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`)
  db.pragma('foreign_keys = OFF')
  for (const statement of sql) db.exec(statement)
  for (const trigger of triggers) db.exec(trigger.sql)
  db.close()
}
const problems = async (): Promise<string> =>
  (await verifyFolder(folder)).problems.map((problem) => problem.message).join('\n')

test('an untouched store is in order, and the limits of that are told', async () => {
  const stages = new Set<string>()
  const report = await verifyFolder(folder, {
    progress: ({ stage, done, total }) => void (stages.add(stage), expect(done).toBeLessThanOrEqual(total)),
  })
  expect(report).toMatchObject({ ok: true, rows: 11, blobs: 4, bytes: 62, problems: [] })
  expect(report.notes?.at(-1)).toMatch(/compare the head with one that was noted elsewhere/)
  expect([...stages]).toEqual(['rows', 'records', 'blobs'])
})

test.each(['time', 'account', 'action', 'via', 'subject', 'parameters', 'previous_hash', 'hash'])(
  'a changed %s of an audit row',
  async (column) => {
    tamper(`UPDATE audit SET ${column} = replace(${column}, substr(${column}, 3, 1), '#') WHERE sequence = 5`)
    expect(await problems()).toMatch(/Audit row 5 was changed after it was written/)
  },
)

test('a renumbered, removed, inserted audit row', async () => {
  tamper('DELETE FROM audit WHERE sequence = 5')
  expect(await problems()).toMatch(/Audit row 5 is missing before audit row 6/)
  tamper('UPDATE audit SET sequence = 5 WHERE sequence = 6')
  expect(await problems()).toMatch(/Audit row 5 does not continue audit row 4/)
})

test('rows cut off the end, as the database remembers, as the head file remembers, and as the records do', async () => {
  tamper('DELETE FROM audit WHERE sequence > 9')
  expect(await problems()).toMatch(
    /Audit rows 10 to 11 are missing from the end of the audit chain: the database remembers/,
  )
  tamper("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'audit'")
  const found = await problems()
  expect(found).not.toMatch(/the database remembers/)
  expect(found).toMatch(/Audit rows 10 to 11 are missing from the end of the audit chain: audit-head.json knows/)
  expect(found).toMatch(/The record search:1 is not in the audit chain/)
})

test('a head that the chain no longer has is still known after the store was used again', async () => {
  tamper('DELETE FROM audit WHERE sequence > 9', "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'audit'")
  const store = openTestStore(folder)
  for (let i = 0; i < 4; i++) createCase(store, ana, { name: `later ${i}` })
  expect((await verifyAudit(store)).problems.map((problem) => problem.message).join('\n')).toMatch(
    /no longer had the row 11 that audit-head.json knew/,
  )
  store.close()
})

test.each([
  ['gone', () => rmSync(headPath(folder)), /audit-head.json is missing/],
  ['no JSON', () => writeFileSync(headPath(folder), 'x'), /audit-head.json is unreadable/],
  [
    'of another chain',
    () => writeHeadFile(folder, { sequence: 11, hash: 'f'.repeat(64) }, []),
    /Audit row 11 is not the one that audit-head.json knows/,
  ],
])('a head file that is %s', async (_, change, message) => {
  change()
  expect(await problems()).toMatch(message)
})

test('a head file that lags behind, as after a crash, is no problem', async () => {
  const db = new Sqlite(databasePath(folder))
  const hash = db.prepare('SELECT hash FROM audit WHERE sequence = 7').pluck().get() as string
  db.close()
  writeHeadFile(folder, { sequence: 7, hash }, [])
  expect(await problems()).toBe('')
})

test.each([
  ["UPDATE cases SET name = 'other'", /The record case:1 is not what audit row \d+ says/],
  ["UPDATE evidence SET name = 'other.png'", /The record evidence:1 is not what/],
  ['UPDATE templates SET vector = zeroblob(16) WHERE id = 3', /The record template:3 is not what/],
  ['UPDATE candidates SET score = score + 1e-16 WHERE rank = 3', /The record search:1 is not what/],
  ['DELETE FROM candidates WHERE rank = 3', /The record search:1 is not what/],
  ["UPDATE searches SET account = 'eve'", /The record search:1 is not what/],
  ['DELETE FROM probe_revisions', /The record probe-revision:1 of audit row \d+ is missing: it was taken out/],
  [
    "INSERT INTO accounts (name, created_at) VALUES ('eve', 't')",
    /The record account:2 is not in the audit chain: it was put in/,
  ],
  ['UPDATE galleries SET version = version + 1', /The record gallery:1 is not what/],
])('%s', async (sql, message) => {
  tamper(sql)
  expect(await problems()).toMatch(message)
})

test('a trigger taken away, an index added', async () => {
  const db = new Sqlite(databasePath(folder))
  db.exec('DROP TRIGGER evidence_no_update; CREATE INDEX mine ON cases (name)').close()
  const found = await problems()
  expect(found).toMatch(/trigger evidence_no_update is missing: the schema was changed/)
  expect(found).toMatch(/has a index mine that Vestige does not make/)
})

test('a changed, a missing and an orphaned original', async () => {
  const db = new Sqlite(databasePath(folder))
  const [first, second] = db.prepare('SELECT sha256 FROM gallery_images ORDER BY id').pluck().all() as [string, string]
  db.close()
  const file = (hash: string): string => path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2))
  chmodSync(file(first), 0o600)
  writeFileSync(file(first), 'bytes of image O')
  rmSync(file(second))
  const store = openTestStore(folder)
  store.blobs.put(Buffer.from('nobody knows me'))
  const report = await verifyAudit(store)
  store.close()
  expect(report.problems.map((problem) => problem.message).join('\n')).toMatch(
    /gallery image 2 \(SHA-256 .*\) is missing[^]*gallery image 1 \(SHA-256 .*\) was changed/,
  )
  expect(report.notes?.[0]).toMatch(/^1 intact files in the blobs folder belong to no record/)
})

test('a damaged page is a finding, not a crash', async () => {
  const bytes = readFileSync(databasePath(folder))
  bytes.fill(0xff, 8192 * 2, 8192 * 3)
  writeFileSync(databasePath(folder), bytes)
  expect(await problems()).not.toBe('')
  writeFileSync(databasePath(folder), 'SQLite? Not any more. '.repeat(1000))
  expect(await problems()).toMatch(/The database cannot be read: file is not a database/)
})

test('a verification can be cancelled, and sees one moment of a store in use', async () => {
  await expect(verifyFolder(folder, { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  const store = openTestStore(folder)
  let added = 0
  const report = await verifyAudit(store, { progress: () => void createCase(store, ana, { name: `case ${added++}` }) })
  expect(added).toBeGreaterThan(2)
  expect(report).toMatchObject({ ok: true, rows: 11 })
  store.close()
})

test('where there is no store there is nothing to verify', async () => {
  await expect(verifyFolder(path.join(folder, 'elsewhere'))).rejects.toThrow('There is no case store in')
})
