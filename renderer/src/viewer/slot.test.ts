// No face under another one's caption: whatever hosts answer, and in whatever order, what is shown is what was chosen.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSlot } from './slot.ts'

function screen() {
  const seen = { shown: null as string | null, busy: false, error: null as string | null }
  const slot = createSlot<string>({
    show: (value) => (seen.shown = value),
    clear: () => (seen.shown = null),
    busy: (on) => (seen.busy = on),
    fail: (message) => (seen.error = message),
  })
  return { seen, slot }
}

it('shows the chosen face or nothing, at every moment, with a host that answers late, out of order, or with an error', async () => {
  const step = fc.record({ face: fc.constantFrom('1', '2', '3'), fails: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 1, maxLength: 10 }), async (scheduler, steps) => {
      const { seen, slot } = screen()
      let chosen = ''
      const right = () => expect([null, chosen]).toContain(seen.shown)
      for (const { face, fails } of steps) {
        chosen = face
        void slot.load(face, async () => {
          await scheduler.schedule(Promise.resolve())
          if (fails) throw new Error(`face ${face} is damaged`)
          return face
        })
        right()
        if (scheduler.count() > 2) await scheduler.waitOne()
        right()
      }
      await scheduler.waitIdle()
      const last = steps.at(-1)!
      expect(seen).toEqual({
        shown: last.fails ? null : last.face,
        busy: false,
        error: last.fails ? `face ${last.face} is damaged` : null,
      })
    }),
  )
})

it('keeps a face while its finer picture loads, and drops it as soon as another is chosen', async () => {
  const { seen, slot } = screen()
  await slot.load('1', async () => 'coarse')
  const finer = slot.load('1', async () => 'fine')
  expect(seen).toMatchObject({ shown: 'coarse', busy: true })
  await finer
  expect(seen.shown).toBe('fine')
  void slot.load('2', () => new Promise(() => {}))
  expect(seen).toEqual({ shown: null, busy: true, error: null })
})

it('takes the picture away when its finer one fails, so that the error does not lie over something else', async () => {
  const { seen, slot } = screen()
  await slot.load('1', async () => 'coarse')
  await slot.load('1', () => Promise.reject(new Error('gone')))
  expect(seen).toEqual({ shown: null, busy: false, error: 'gone' })
})
