// Schema changes: in order, once, with a backup before each; what is newer or unknown is refused and left as it is.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databasePath } from './inspect.ts'
import { migrations } from './migrations/index.ts'
import type { Migration } from './migrate.ts'
import { fillStore, openTestStore, temporaryFolder } from './testing.ts'
import { getCase } from './cases.ts'

let folder: string
let dispose: () => void
beforeEach(() => ({ folder, dispose } = temporaryFolder()))
afterEach(() => dispose())

const last = migrations.length
const next = (offset: number, sql = `CREATE TABLE future_${offset} (x INTEGER) STRICT;`): Migration => ({
  version: migrations.length + offset,
  name: `future ${offset}`,
  sql,
})
const backups = (): string[] => readdirSync(path.join(folder, 'backups')).sort()
const bytes = (): Buffer => readFileSync(databasePath(folder))

test('versions count 1, 2, 3 … as their files do', () => {
  const names = readdirSync(path.join(import.meta.dirname, 'migrations')).filter((name) => /^\d{4}.*\.ts$/.test(name))
  const sources = names.filter((name) => !name.includes('.test.'))
  expect(migrations.map(({ version, name }) => `${String(version).padStart(4, '0')}-${name}.ts`)).toEqual(sources)
  expect(names.filter((name) => name.includes('.test.')).map((name) => name.replace('.test', ''))).toEqual(sources)
})

test('a new store has the whole schema and no backup; opening it again changes nothing', () => {
  const store = openTestStore(folder)
  expect(store.schemaVersion).toBe(migrations.length)
  store.close()
  const before = bytes()
  openTestStore(folder).close()
  expect(bytes().equals(before)).toBe(true)
  expect(() => backups()).toThrow('ENOENT')
})

test('before each change to a store with content there is a sound backup of what was', () => {
  const store = openTestStore(folder)
  const { caseId } = fillStore(store)
  store.close()
  const later = openTestStore(folder, { migrations: [...migrations, next(1), next(2)] })
  expect(later.schemaVersion).toBe(migrations.length + 2)
  expect(getCase(later, caseId).name).toBe('Case “one” 🔍')
  later.close()
  expect(backups().map((name) => Number(name.slice(0, 4)))).toEqual([last, last + 1])
  const copy = new Sqlite(path.join(folder, 'backups', backups()[0]!), { readonly: true })
  expect(copy.prepare('SELECT name FROM cases').pluck().all()).toEqual(['Case “one” 🔍'])
  expect(copy.prepare('SELECT max(version) FROM migrations').pluck().get()).toBe(last)
  copy.close()
})

test('a change that fails leaves the schema before it, and its backup', () => {
  openTestStore(folder).close()
  const broken = next(2, 'CREATE TABLE half (x INTEGER) STRICT; SELECT * FROM nowhere;')
  expect(() => openTestStore(folder, { migrations: [...migrations, next(1), broken] })).toThrow('nowhere')
  const db = new Sqlite(databasePath(folder))
  expect(db.prepare('SELECT max(version) FROM migrations').pluck().get()).toBe(last + 1)
  expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").pluck().get()).toBe(0)
  db.close()
  expect(backups()).toHaveLength(2)
})

test('without a backup there is no change', () => {
  openTestStore(folder).close()
  writeFileSync(path.join(folder, 'backups'), 'a file where the folder of backups should be')
  const before = bytes()
  expect(() => openTestStore(folder, { migrations: [...migrations, next(1)] })).toThrow('is no folder')
  expect(bytes().equals(before)).toBe(true)
})

test.each([
  [
    'a newer schema',
    [...migrations, next(1)],
    migrations,
    new RegExp(`newer Vestige \\(schema ${last + 1}, this one knows ${last}\\)`),
  ],
  [
    'an unknown change',
    [...migrations, next(1)],
    [...migrations, next(1, 'CREATE TABLE other (x INTEGER) STRICT;')],
    new RegExp(`unknown schema: its change ${last + 1}`),
  ],
])('%s is refused with a sentence and left untouched', (_, made, known, message) => {
  openTestStore(folder, { migrations: made }).close()
  const before = bytes()
  expect(() => openTestStore(folder, { migrations: known })).toThrow(message)
  expect(bytes().equals(before)).toBe(true)
  openTestStore(folder, { migrations: made }).close() // no lock is left behind
})

test("another program's database is refused and left untouched", () => {
  new Sqlite(databasePath(folder)).exec('CREATE TABLE recipes (x)').close()
  const before = bytes()
  expect(() => openTestStore(folder)).toThrow('holds a database of another program')
  expect(bytes().equals(before)).toBe(true)
})

test('a version number that the list of changes does not bear out is refused, newer or older', () => {
  openTestStore(folder).close()
  for (const [version, says] of [
    [9999, 'newer Vestige'],
    [migrations.length - 1, 'lists'],
  ] as const) {
    const db = new Sqlite(databasePath(folder))
    db.pragma(`user_version = ${version}`)
    db.close()
    const before = bytes()
    expect(() => openTestStore(folder)).toThrow(says)
    expect(bytes().equals(before)).toBe(true)
  }
})
