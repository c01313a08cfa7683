// Ten thousand sequences of calls: no made-up picture becomes evidence, a reference image or part of a score.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openQuarantine, steps } from './testingQuarantine.ts'

test('10,000 random sequences of calls', async () => {
  // Short ones, all over the same store: what one leaves is where the next begins.
  const quarantine = await openQuarantine()
  await fc.assert(
    fc.asyncProperty(steps(2), (sequence) => quarantine.run(sequence)),
    { numRuns: 10_000 },
  )
  expect(quarantine.refused).toBeGreaterThan(5_000)
  await quarantine.dispose()
})
