// A search that was made before packages declared inference options is replayed to the same ranks and scores.
import { expect, test } from 'vitest'
import { writeOldStore } from '../store/testingOldStore.ts'
import { openTestApplication } from './testing.ts'

test('an old store opens, its searches are replayed, and its chain verifies', async () => {
  const app = await openTestApplication(undefined, writeOldStore)
  const old = await app.call('searches.get', { id: 2 })
  expect(old.search.inference).toBeNull()
  const replayed = await app.call('searches.replay', { id: 2 })
  expect(replayed).toMatchObject({ sameRanks: true, maxScoreDelta: 0 })
  expect(replayed.candidates).toEqual(old.candidates)
  // Its recogniser is not installed any more, and another one is not put in its place unasked.
  expect((await app.call('app.status', {})).recogniser).toMatchObject({ name: 'recogniser one' })
  expect(await app.call('audit.verify', {})).toMatchObject({ ok: true, problems: [] })
  await app.dispose()
})
