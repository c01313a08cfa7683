// Answers that come too late are not used: no face is ever shown under another one's caption.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLatest } from './latest.ts'

it('uses the answer to the last question alone, in whatever order answers arrive', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 8 }), async (scheduler, questions) => {
      const latest = createLatest()
      const shown: number[] = []
      for (let probe = 0; probe < questions; probe++)
        // This host does not honour cancelling: the worst case.
        void latest
          .ask(() => scheduler.schedule(Promise.resolve(probe)))
          .then((answer) => {
            if (answer !== null) shown.push(answer)
          })
      await scheduler.waitIdle()
      expect(shown).toEqual([questions - 1])
    }),
  )
})

it('tells the host to stop, and swallows the failure of a question nobody waits for', async () => {
  const latest = createLatest()
  const signals: AbortSignal[] = []
  const first = latest.ask(
    (signal) =>
      new Promise((_, reject) => {
        signals.push(signal)
        signal.addEventListener('abort', () => reject(new Error('cancelled')))
      }),
  )
  expect(await latest.ask(async () => 'second')).toBe('second')
  expect(await first).toBeNull()
  expect(signals[0]!.aborted).toBe(true)
})

it('passes on the failure of the question that is waited for, and nothing after a cancel', async () => {
  const latest = createLatest()
  await expect(latest.ask(() => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged')
  const asked = latest.ask(async () => 1)
  latest.cancel()
  expect(await asked).toBeNull()
})
