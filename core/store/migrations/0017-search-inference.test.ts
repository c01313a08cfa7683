// What a search used is complete, its parts give its scores, and neither is ever changed.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { partsSql } from '../candidates.ts'
import { inferenceSql } from '../searchInference.ts'
import type { Store } from '../store.ts'
import { fillStore, openTestStore, planOf, temporaryFolder } from '../testing.ts'

let store: Store
let dispose: () => void
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  fillStore(store)
  // As if search 1 had been made before: its row is put in by the tests.
  store.db.exec('DROP TRIGGER search_inference_no_delete; DELETE FROM search_inference')
})
afterEach(() => {
  store.close()
  dispose()
})
const hash = `'${'a'.repeat(64)}'`
const add = (side: number, upTo: string, weight: string, used: number, most: number, compared: number): void =>
  void store.db.exec(
    `INSERT INTO search_inference VALUES (1, ${hash}, ${hash}, 1, ${side}, ${upTo}, ${weight}, ${used}, ${most}, ${compared})`,
  )
const part = (rank: number, cosine: number, second: number): void =>
  void store.db.exec(`INSERT INTO candidate_parts VALUES (1, ${rank}, ${cosine}, ${second})`)

test('a second score is used only where it is declared, and up to the declared side', () => {
  expect(() => add(12, 'NULL', 'NULL', 1, 10, 3)).toThrow('CHECK')
  expect(() => add(12, '10', '0.5', 1, 10, 3)).toThrow('CHECK')
  expect(() => add(12, '12', 'NULL', 0, 10, 0)).toThrow('CHECK')
  expect(() => add(12, '12', '0.5', 0, 10, 3)).toThrow('CHECK')
  expect(() => add(12, '12', '0.5', 1, 2, 3)).toThrow('CHECK')
  expect(() => add(3, '12', '0.5', 1, 10, 3)).toThrow('CHECK')
  expect(() => add(12, '12', '0.5', 1, 10, 3)).not.toThrow()
})

test('the parts of a score give it, and there are none without a second score', () => {
  expect(() => part(1, 0.9, 0.9)).toThrow('parts belong to a fused score')
  add(12, '12', '0.25', 1, 10, 3)
  expect(() => part(1, 0.8, 0.8)).toThrow('give it') // 0.9 is stored
  expect(() => part(1, 1, 0.6)).not.toThrow()
  expect(() => part(9, 0.9, 0.9)).toThrow('parts belong')
})

test('neither changes', () => {
  add(12, '12', '0.25', 1, 10, 3)
  part(1, 1, 0.6)
  expect(() => store.db.exec('UPDATE search_inference SET flip = 0')).toThrow('never changed')
  expect(() => store.db.exec('UPDATE candidate_parts SET second = 0')).toThrow('never changed')
  expect(() => store.db.exec('DELETE FROM candidate_parts')).toThrow('never deleted')
})

test('both come by the search', () => {
  expect(planOf(store.db, inferenceSql)).toBe('SEARCH search_inference USING INTEGER PRIMARY KEY (rowid=?)')
  expect(planOf(store.db, partsSql)).toMatch(/SEARCH p USING PRIMARY KEY/)
})
