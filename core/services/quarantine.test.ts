// Whatever is called in whatever order: no made-up picture becomes evidence, a reference image or part of a score.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openQuarantine, steps } from './testingQuarantine.ts'

test('hundreds of random sequences of calls', { timeout: 120_000 }, async () => {
  const quarantine = await openQuarantine()
  await fc.assert(
    fc.asyncProperty(steps(8), (sequence) => quarantine.run(sequence)),
    { numRuns: 150 },
  )
  expect(quarantine.refused).toBeGreaterThan(100)
  await quarantine.dispose()
})
