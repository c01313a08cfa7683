// Puts a store of the schema before inference options into a folder, as that version of the program left it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { sha256 } from '../base/sha256.ts'
import { writeHeadFile } from './audit/head.ts'
import { databasePath } from './inspect.ts'

const originals = ['evidence bytes', ...['image 0', 'image 1', 'image 2'].map((name) => `bytes of ${name}`)].concat(
  ['four', 'fiver', 'sixsix', 'eighteen', 'nine nine'].map((name) => `bytes of ${name}`),
)

/** Search 1 has invented scores, search 2 has those that its templates give. */
export function writeOldStore(folder: string): void {
  const db = new Sqlite(databasePath(folder))
  db.exec(readFileSync(path.join(import.meta.dirname, 'fixtures', 'schema-14.sql'), 'utf8'))
  const head = db.prepare('SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1').get()
  db.close()
  writeHeadFile(folder, head as { sequence: number; hash: string }, [])
  for (const text of originals) {
    const hash = sha256(text)
    mkdirSync(path.join(folder, 'blobs', hash.slice(0, 2)), { recursive: true })
    writeFileSync(path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2)), text)
  }
}
