// Connections are set as evidence needs them, and too old a runtime is told so before the native part can crash it.
import { expect, test } from 'vitest'
import { assertRuntime, openInMemory, openWritable } from './sqlite.ts'
import { temporaryFolder } from './testing.ts'

test('a runtime below Node-API 10 is refused with a sentence', () => {
  expect(() => assertRuntime({ node: '20.20.2', napi: '9' })).toThrow(
    /needs Node.js 22.14 or newer, but this is 20.20.2/,
  )
  expect(() => assertRuntime({})).toThrow(/unknown version/)
  expect(() => assertRuntime({ node: '24.0.0', napi: '10' })).not.toThrow()
})

test('write-ahead log, full synchronisation, foreign keys, no untrusted schema', () => {
  const { folder, dispose } = temporaryFolder()
  const db = openWritable(`${folder}/x.sqlite`)
  const setting = (name: string): unknown => db.pragma(name, { simple: true })
  expect(
    ['journal_mode', 'synchronous', 'foreign_keys', 'recursive_triggers', 'trusted_schema', 'page_size'].map(setting),
  ).toEqual(['wal', 2, 1, 1, 0, 8192])
  db.close()
  dispose()
})

test('real8 spells a number by its bits', () => {
  const spell = openInMemory().prepare('SELECT real8(?)').pluck()
  expect([1, -0, 0.1].map((x) => spell.get(x))).toEqual(['3ff0000000000000', '8000000000000000', '3fb999999999999a'])
  expect(spell.get(null)).toBe(null)
})
