// One thousand random one-byte changes of audit rows and originals: verification finds every one.
import type { Database } from 'better-sqlite3'
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCase } from '../cases.ts'
import { databasePath } from '../inspect.ts'
import { ana, fillStore, openTestStore, temporaryFolder } from '../testing.ts'
import { verifyFolder } from './verify.ts'

const columns = ['time', 'account', 'action', 'via', 'subject', 'parameters', 'previous_hash', 'hash'] as const
const pageSize = 8192
let master: string
let folder: string
let rows: number
let hashes: string[]
/** Where the stored columns of each row lie in the database file. */
let bodies: { offset: number; length: number }[]

function occurrences(file: Buffer, body: Buffer): number[] {
  const found: number[] = []
  for (let at = file.indexOf(body); at >= 0; at = file.indexOf(body, at + 1)) found.push(at)
  return found
}

/** Rebalancing leaves copies in the free space of pages; a page's row is what its list of cells points to. */
function isCell(file: Buffer, offset: number): boolean {
  const page = file.subarray(Math.floor(offset / pageSize) * pageSize)
  if (page[0] !== 0x0d) return false // no leaf of a table
  const within = offset % pageSize
  return Array.from({ length: page.readUInt16BE(3) }, (_, i) => within - page.readUInt16BE(8 + 2 * i)).some(
    (headLength) => headLength > 0 && headLength < 40,
  )
}

/** Same seed, same thousand. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
const draw = random(20261122)
const otherByte = (byte: number): number => (byte + 1 + draw(255)) % 256

beforeAll(() => {
  master = temporaryFolder().folder
  folder = temporaryFolder().folder
  const store = openTestStore(master)
  fillStore(store, 12)
  for (let i = 0; i < 20; i++) createCase(store, ana, { name: `Fall Nº ${i} — “ä” \ufffd 😀` })
  rows = store.sql<{ n: number }>('SELECT count(*) AS n FROM audit').get()!.n
  hashes = store
    .sql<{ sha256: string }>('SELECT sha256 FROM evidence UNION SELECT sha256 FROM gallery_images')
    .all()
    .map((row) => row.sha256)
  const stored = store.db
    .prepare(`SELECT ${columns.map((name) => `CAST(${name} AS BLOB)`).join()} FROM audit`)
    .raw()
    .all() as Buffer[][]
  store.close()
  const file = readFileSync(databasePath(master))
  bodies = stored.map((parts) => {
    const body = Buffer.concat(parts) // a row's columns lie one after another in the file
    const live = occurrences(file, body).filter((offset) => isCell(file, offset))
    expect(live).toHaveLength(1)
    return { offset: live[0]!, length: body.length }
  })
})
afterAll(() => [master, folder].forEach((made) => rmSync(made, { recursive: true, force: true })))

async function isFound(change: () => string): Promise<string | null> {
  rmSync(folder, { recursive: true, force: true })
  cpSync(master, folder, { recursive: true })
  const what = change()
  return (await verifyFolder(folder)).ok ? what : null
}

/** Works on the database behind Vestige's back and puts the trigger back as it was. */
function behind<T>(work: (db: Database) => T): T {
  const db: Database = new Sqlite(databasePath(folder))
  const { sql } = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'audit_no_update'").get() as { sql: string }
  db.exec('DROP TRIGGER audit_no_update')
  // The CHECKs of length count characters: a byte that makes two of one is put in all the same.
  db.pragma('ignore_check_constraints = ON')
  const result = work(db)
  db.exec(sql)
  db.close()
  return result
}

const changeColumn = (): string =>
  behind((db) => {
    const sequence = 1 + draw(rows)
    const column = columns[draw(columns.length)]!
    const value = db
      .prepare(`SELECT CAST(${column} AS BLOB) FROM audit WHERE sequence = ?`)
      .pluck()
      .get(sequence) as Buffer
    const at = draw(value.length)
    value[at] = otherByte(value[at]!)
    db.prepare(`UPDATE audit SET ${column} = CAST(? AS TEXT) WHERE sequence = ?`).run(value, sequence)
    return `row ${sequence}, ${column}, byte ${at}`
  })

/** A row's number with another lowest byte, or with another second byte where that number is taken. */
const changeSequence = (): string =>
  behind((db) => {
    const sequence = 1 + draw(rows)
    const wanted = sequence ^ (1 + draw(255))
    const taken = db.prepare('SELECT 1 FROM audit WHERE sequence = ?').get(wanted) !== undefined
    db.prepare('UPDATE audit SET sequence = ? WHERE sequence = ?').run(taken ? sequence + 256 : wanted, sequence)
    return `sequence ${sequence}`
  })

/** One byte in the database file itself, where a row's columns are stored. */
function changeFile(): string {
  const { offset, length } = bodies[draw(bodies.length)]!
  const at = offset + draw(length)
  const file = readFileSync(databasePath(folder))
  file[at] = otherByte(file[at]!)
  writeFileSync(databasePath(folder), file)
  return `byte ${at} of the database file`
}

function changeBlob(): string {
  const hash = hashes[draw(hashes.length)]!
  const file = path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2))
  const bytes = readFileSync(file)
  const at = draw(bytes.length)
  bytes[at] = otherByte(bytes[at]!)
  chmodSync(file, 0o600)
  writeFileSync(file, bytes)
  return `byte ${at} of blob ${hash}`
}

test('the unchanged copy is in order', async () => {
  expect(await isFound(() => 'nothing')).toBe('nothing')
  expect(await isFound(() => behind(() => 'nothing'))).toBe('nothing')
})

test.each([
  [400, 'columns of audit rows', changeColumn],
  [50, 'sequences of audit rows', changeSequence],
  [300, "the database file's audit rows", changeFile],
  [250, 'originals', changeBlob],
])('%i changes in %s, all found', async (count, _, change) => {
  const missed: string[] = []
  for (let i = 0; i < count; i++) {
    const what = await isFound(change)
    if (what !== null) missed.push(what)
  }
  expect(missed).toEqual([])
})
