// A store of the version before inference options: opens, verifies, shows its searches as they were, and goes on.
import { expect, test } from 'vitest'
import { verifyAudit } from './audit/verify.ts'
import { listModels, registerModel } from './models.ts'
import { getSearch } from './searches.ts'
import { ana, card, openTestStore, temporaryFolder } from './testing.ts'
import { writeOldStore } from './testingOldStore.ts'

test('an old store opens with everything in it', async () => {
  const { folder, dispose } = temporaryFolder()
  writeOldStore(folder)
  const store = openTestStore(folder)
  expect(await verifyAudit(store)).toMatchObject({ ok: true, problems: [] })
  const { search, candidates } = getSearch(store, 2)
  expect(search).toMatchObject({ inference: null, gallerySize: 8, modelHash: card('recogniser one').sha256 })
  expect(candidates.map(({ rank, templateId, parts }) => [rank, templateId, parts])).toEqual(
    [7, 8, 2, 3, 4, 6, 5, 9].map((template, i) => [i + 1, template, null]),
  )
  const [model] = listModels(store)
  expect(model).toMatchObject({ hash: model!.card.sha256, active: true })
  // The package is known by the same hash, and its card is not written anew where it says the same.
  const rows = (): unknown => store.sql('SELECT count(*) AS n FROM audit').get()
  const before = rows()
  registerModel(store, ana, { card: card('recogniser one'), shipped: true, bytes: 10 })
  expect(rows()).toEqual(before)
  store.close()
  dispose()
})
