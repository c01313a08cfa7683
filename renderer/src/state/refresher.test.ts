// A burst of change events costs two fetches, and the last state is the one that is shown.
import { expect, it } from 'vitest'
import { refresher } from './refresher.ts'

it('joins a burst into one fetch under way and one after it', async () => {
  let fetches = 0
  let truth = 0
  let shown = -1
  const refresh = refresher(
    async () => {
      fetches++
      const seen = truth
      await Promise.resolve()
      shown = seen
    },
    () => {},
  )
  const first = refresh()
  truth = 1
  const burst = Array.from({ length: 50 }, () => refresh())
  await Promise.all([first, ...burst])
  expect({ fetches, shown }).toEqual({ fetches: 2, shown: 1 })
})

it('tells of a failure and fetches again when asked', async () => {
  const failures: unknown[] = []
  let fetches = 0
  const refresh = refresher(
    async () => {
      if (fetches++ === 0) throw new Error('lost')
    },
    (thrown) => failures.push(thrown),
  )
  await refresh()
  await refresh()
  expect({ failures: failures.length, fetches }).toEqual({ failures: 1, fetches: 2 })
})
