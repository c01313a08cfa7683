// The chain's hash, recomputed as a stranger would from the description alone.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openInMemory } from '../sqlite.ts'
import { schemaUpTo } from '../testing.ts'
import { canonicalJson } from './canonical.ts'
import { appender, noHash, readHead, rowHash, rowPreimageSql } from './chain.ts'
import { columns, encode, encodeSql } from './encode.ts'

const entry = {
  time: '2026-11-22T10:15:00.000Z',
  account: 'ana',
  action: 'cases.create',
  via: 'button',
  subject: 'case:1',
  parameters: { name: 'é' },
}

test('golden row: SHA-256 over the spelled-out bytes', () => {
  const bytes = `s15:vestige-audit-1,i1,s24:2026-11-22T10:15:00.000Z,s3:ana,s12:cases.create,s6:button,s6:case:1,s13:{"name":"é"},s64:${'0'.repeat(64)},`
  const hash = createHash('sha256').update(bytes, 'utf8').digest('hex')
  expect(hash).toBe('37b4b296f35dd5595a14f53c704cd4323e82681f2b6f232189649be67f555eb4')
  expect(rowHash(1, { ...entry, parameters: '{"name":"é"}' }, noHash)).toBe(hash)
  expect(appender(schemaUpTo(1))(entry)).toEqual({ sequence: 1, hash })
})

test('rows link, and what SQLite encodes from the stored row is what was hashed, whatever the text', () => {
  const db = schemaUpTo(1)
  const append = appender(db)
  const text = fc.string({ minLength: 1, unit: 'binary' })
  fc.assert(
    fc.property(text, text, fc.jsonValue(), (account, subject, value) => {
      const before = readHead(db)
      const { sequence, hash } = append({ ...entry, account, subject, parameters: { value } })
      const row = db
        .prepare(`SELECT previous_hash, hash, ${rowPreimageSql} AS bytes FROM audit WHERE sequence = ?`)
        .get(sequence) as { previous_hash: string; hash: string; bytes: Buffer }
      expect(row).toMatchObject({ previous_hash: before.hash, hash })
      expect(createHash('sha256').update(row.bytes).digest('hex')).toBe(hash)
    }),
    { numRuns: 60 },
  )
})

test('a lone surrogate is stored as it was hashed', () => {
  const db = schemaUpTo(1)
  appender(db)({ ...entry, account: 'a\ud800' })
  const bytes = db.prepare(`SELECT ${rowPreimageSql} FROM audit`).pluck().get() as Buffer
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(readHead(db).hash)
})

test('no two lists of values have the same encoding', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null))
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), fc.array(value, { maxLength: 4 }), (a, b) => {
      expect(encode(a) === encode(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
  )
  expect(encode(['1', 1, null])).toBe('s1:1,i1,n,')
  expect(() => encode([0.5])).toThrow('whole numbers')
})

test('SQL spells every type, nulls included', () => {
  const db = openInMemory().exec('CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB) STRICT')
  db.prepare('INSERT INTO t VALUES (?, ?, ?, ?), (NULL, NULL, NULL, NULL)').run(-7, 1, 'é', Buffer.from([0, 255]))
  const rows = db
    .prepare(`SELECT ${encodeSql('x', columns('i:integer r:real s:text b:blob'))} FROM t`)
    .pluck()
    .all() as Buffer[]
  expect(rows.map((row) => row.toString('latin1'))).toEqual([
    's1:x,i-7,r3ff0000000000000,s2:Ã©,b2:\0ÿ,',
    's1:x,n,n,n,n,',
  ])
})

test('canonical JSON has one spelling per value and refuses what JSON has not', () => {
  expect(canonicalJson({ b: [1e21, 1.0, -0], a: { é: 'x', Z: undefined, '10': null, '9': true } })).toBe(
    '{"a":{"10":null,"9":true,"é":"x"},"b":[1e+21,1,0]}',
  )
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  for (const wrong of [Number.NaN, Infinity, 1n, () => 1]) expect(() => canonicalJson({ wrong })).toThrow(TypeError)
})
