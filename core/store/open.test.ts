// Opening: what is damaged is said so, with what to do; nothing of a refused store is touched.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UserFacingError } from '../contract/errors.ts'
import { listCases } from './cases.ts'
import { databasePath } from './inspect.ts'
import { migrations } from './migrations/index.ts'
import { fillStore, openTestStore, temporaryFolder } from './testing.ts'

let folder: string
let dispose: () => void
beforeEach(() => ({ folder, dispose } = temporaryFolder()))
afterEach(() => dispose())

function refusal(open: () => unknown): UserFacingError {
  try {
    open()
  } catch (error) {
    if (error instanceof UserFacingError) return error
    throw error
  }
  throw new Error('it was opened')
}
function fill(): void {
  const store = openTestStore(folder)
  fillStore(store)
  store.close()
}
function damagePage(): void {
  const bytes = readFileSync(databasePath(folder))
  bytes.fill(0xff, 8192 * 4, 8192 * 5)
  writeFileSync(databasePath(folder), bytes)
}

test('what was kept is there again, under names of any kind', () => {
  fill()
  const store = openTestStore(folder)
  expect(listCases(store, { archived: false }).map((one) => one.name)).toEqual(['Case “one” 🔍'])
  store.close()
  store.close()
  const strange = path.join(folder, ' quotes "\' and 😀 ; --')
  openTestStore(strange).close()
  openTestStore(strange).close()
})

test('a damaged page is refused, untouched, with the newest backup named', () => {
  fill()
  mkdirSync(path.join(folder, 'backups'))
  for (const name of ['0013-2026-01-01T00-00-00.000Z.sqlite', '0014-2026-02-01T00-00-00.000Z.sqlite'])
    writeFileSync(path.join(folder, 'backups', name), '')
  damagePage()
  const before = readFileSync(databasePath(folder))
  const error = refusal(() => openTestStore(folder))
  expect(error.code).toBe('store-damaged')
  expect(error.message).toContain(
    `put back the newest backup, ${path.join(folder, 'backups', '0014-2026-02-01T00-00-00.000Z.sqlite')}`,
  )
  expect(readFileSync(databasePath(folder)).equals(before)).toBe(true)
})

test('without a backup the sentence says so; a file that is no database is damaged too', () => {
  fill()
  writeFileSync(databasePath(folder), 'x'.repeat(10_000))
  const error = refusal(() => openTestStore(folder))
  expect(error.code).toBe('store-damaged')
  expect(error.message).toMatch(/is damaged \(file is not a database\); there is no backup/)
})

test('a database that is gone is not quietly replaced by an empty one', () => {
  fill()
  rmSync(databasePath(folder))
  expect(refusal(() => openTestStore(folder)).message).toMatch(/its database is missing/)
})

test('damage that shows only while reading is told in the same words', () => {
  fill()
  const store = openTestStore(folder)
  const page = store.db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'cases'").pluck().get() as number
  store.close()
  const again = openTestStore(folder)
  const bytes = readFileSync(databasePath(folder))
  bytes.fill(0xff, 8192 * (page - 1), 8192 * page)
  writeFileSync(databasePath(folder), bytes)
  expect(refusal(() => listCases(again, { archived: false })).code).toBe('store-damaged')
  again.close()
})

test('the version of the schema is told', () => {
  const store = openTestStore(folder)
  expect(store.schemaVersion).toBe(migrations.length)
  store.close()
})
