// One comparison template per face, package, place and size, of a recogniser's own number of values, for ever.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../store.ts'
import { comparedProbeSql, comparedShrunkSql, ownProbeSql, referenceFacesSql } from '../comparisonTemplates.ts'
import { fillStore, openTestStore, planOf, temporaryFolder } from '../testing.ts'

let store: Store
let dispose: () => void
let model: string
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  model = fillStore(store).model
})
afterEach(() => {
  store.close()
  dispose()
})
const add = (
  of: 'image_id' | 'probe_id',
  side: number,
  { dimension = 4, points = '[]', vector = true } = {},
): unknown =>
  store.db
    .exec(`INSERT INTO comparison_templates (model_sha256, ${of}, points, side, dimension, made_at, vector, reason)
    VALUES ('${model}', 1, '${points}', ${side}, ${dimension}, 't', ${vector ? `zeroblob(${4 * dimension}), NULL` : "NULL, 'why'"})`)

test('it belongs to one face at one place, once per size', () => {
  add('image_id', 0)
  add('image_id', 9)
  add('image_id', 0, { points: '[1]', vector: false })
  add('probe_id', 0)
  for (const side of [0, 9]) expect(() => add('image_id', side)).toThrow('UNIQUE')
  expect(() => add('probe_id', 0)).toThrow('UNIQUE')
  expect(() => add('probe_id', 9)).toThrow('CHECK') // only gallery faces are shrunk
  expect(() => add('image_id', 3)).toThrow('CHECK')
  expect(() => add('image_id', 10, { dimension: 8 })).toThrow('as many values as its recogniser gives')
})

test('it stays', () => {
  add('image_id', 0)
  expect(() => store.db.exec('UPDATE comparison_templates SET side = 9')).toThrow('never changed')
  expect(() => store.db.exec('DELETE FROM comparison_templates')).toThrow('never deleted')
})

test('faces and vectors come by index', () => {
  expect(planOf(store.db, referenceFacesSql)).toMatch(/SEARCH o USING INDEX gallery_outcomes_in_order/)
  expect(planOf(store.db, referenceFacesSql)).toMatch(/SEARCH k USING INDEX comparison_templates_by_image/)
  expect(planOf(store.db, comparedShrunkSql)).toMatch(/USING INDEX comparison_templates_by_image/)
  expect(planOf(store.db, ownProbeSql)).toMatch(/SEARCH r USING INDEX/)
  expect(planOf(store.db, comparedProbeSql)).toMatch(/USING INDEX comparison_templates_by_probe/)
})
