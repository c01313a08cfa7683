// A gallery of 100,000 templates is read into one array in less than a second and a half.
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGallery } from './galleries.ts'
import { galleryTemplates } from './galleryTemplates.ts'
import { registerModel } from './models.ts'
import type { Store } from './store.ts'
import { ana, card, openTestStore, temporaryFolder } from './testing.ts'

const count = 100_000
const dim = 512
let folder: string
let store: Store
let model: string
beforeAll(() => {
  folder = temporaryFolder().folder
  store = openTestStore(folder)
  model = registerModel(store, ana, { card: card('one', dim), shipped: true, bytes: 1 }).card.sha256
  createGallery(store, ana, { name: 'g' })
  store.db.transaction(() => {
    // Straight into the tables: what is measured is the reading.
    const vector = Buffer.alloc(4 * dim)
    store.db.exec("INSERT INTO subjects (gallery_id, name, external_id, note, created_at) VALUES (1, 's', '', '', 't')")
    const image = store.db.prepare(
      "INSERT INTO gallery_images (gallery_id, subject_id, file_name, sha256, width, height, added_at) VALUES (1, 1, 'f', ?, 1, 1, 't')",
    )
    const template = store.db.prepare(
      "INSERT INTO templates (model_sha256, dimension, image_id, created_at, vector) VALUES (?, ?, ?, 't', ?)",
    )
    const outcome = store.db.prepare(
      "INSERT INTO gallery_outcomes (gallery_id, image_id, model_sha256, template_id, face, since_version, made_at) VALUES (1, ?, ?, ?, '{}', 1, 't')",
    )
    for (let i = 1; i <= count; i++) {
      vector.writeFloatLE(i, 4 * (i % dim))
      image.run(String(i).padStart(64, '0'))
      template.run(model, dim, i, vector)
      outcome.run(i, model, i)
    }
  })()
}, 300_000)
afterAll(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('100,000 x 512 float32 in under 1.5 s of processor time, row by row as stored', () => {
  const before = process.cpuUsage()
  const all = galleryTemplates(store, 1, model)
  const { user, system } = process.cpuUsage(before)
  console.log(`${all.count} x ${all.dim}: ${((user + system) / 1e6).toFixed(2)} s of processor time`)
  expect(all.count).toBe(count)
  for (const i of [1, 511, 512, 99_999, count]) {
    expect(all.templateIds[i - 1]).toBe(i)
    expect(all.vectors[(i - 1) * dim + (i % dim)]).toBe(i)
  }
  expect((user + system) / 1e6).toBeLessThan(1.5)
})
