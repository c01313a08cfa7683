// Second stage of verification: every record of the database against the chain's last word on it.
import type { Database } from 'better-sqlite3'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { openInMemory } from '../sqlite.ts'
import { allDigests, DISCARDED } from './digest.ts'
import type { DigestTable } from './digestTable.ts'
import { part, type Findings } from './findings.ts'
import { recordKinds } from './records.ts'

export async function verifyRecords(db: Database, chain: Map<string, DigestTable>, found: Findings): Promise<void> {
  await part(found, 'database file', () => {
    for (const line of db.pragma('integrity_check(20)', { simple: false }) as { integrity_check: string }[])
      if (line.integrity_check !== 'ok')
        found.problem('database file', `The database is damaged: ${line.integrity_check}.`)
  })
  await part(found, 'schema', () => verifySchema(db, found))
  let total = 0
  await part(found, 'records', () => {
    for (const { table, where } of recordKinds)
      total += db
        .prepare(`SELECT count(*) FROM ${table} ${where ? `WHERE ${where}` : ''}`)
        .pluck()
        .get() as number
  })
  let done = 0
  for (const kind of recordKinds)
    await part(found, `records of kind ${kind.kind}`, async () => {
      const limited = found.many(`records of kind ${kind.kind}`)
      const said = chain.get(kind.kind)
      for (const { id, digest } of allDigests(db, kind)) {
        const word = said?.take(id)
        const name = `${kind.kind}:${id}`
        if (word === undefined)
          limited.problem(name, `The record ${name} is not in the audit chain: it was put in from outside.`)
        else if (word.digest !== digest)
          limited.problem(
            name,
            `The record ${name} is not what audit row ${word.sequence} says it was: it was changed from outside.`,
          )
        done++
        if (done % 500 === 0) await found.step('records', done, Math.max(total, done))
      }
      for (const { id, sequence, digest } of said?.rest() ?? []) {
        if (digest === DISCARDED) continue
        limited.problem(
          `${kind.kind}:${id}`,
          `The record ${kind.kind}:${id} of audit row ${sequence} is missing: it was taken out.`,
        )
      }
      limited.close()
    })
  await found.step('records', done, done)
}

interface SchemaObject {
  name: string
  sql: string
}
const schemaSql = "SELECT type || ' ' || name AS name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1"

/** Tables, indexes and the triggers that forbid changes, compared with those that the migrations make. */
function verifySchema(db: Database, found: Findings): void {
  const mine = new Map((db.prepare(schemaSql).all() as SchemaObject[]).map((object) => [object.name, object.sql]))
  const model = openInMemory()
  try {
    migrate(model, migrations, { folder: '', appVersion: '', now: () => '', backup: () => {} })
    for (const { name, sql } of model.prepare(schemaSql).all() as SchemaObject[]) {
      if (mine.get(name) !== sql)
        found.problem(
          name,
          `The database's ${name} is ${mine.has(name) ? 'not as Vestige makes it' : 'missing'}: the schema was changed from outside.`,
        )
      mine.delete(name)
    }
  } finally {
    model.close()
  }
  for (const name of mine.keys())
    found.problem(name, `The database has a ${name} that Vestige does not make: the schema was changed from outside.`)
}
