// Undo within an edit: all the way back, all the way forth, and one step per gesture.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { begun, changed, redone, settled, undone } from './history.ts'

it('goes back through every step and forth again', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 60 }), (values) => {
      const full = values.reduce((h, v) => changed(h, v), begun(-1))
      let history = full
      for (const value of [-1, ...values].reverse()) {
        expect(history.present).toBe(value)
        history = undone(history)
      }
      for (const _ of values) history = redone(history)
      expect(history.present).toBe(full.present)
      expect(history.past).toEqual(full.past)
    }),
  )
})

it('takes quick nudges of one part as one step, and slow ones or other parts as several', () => {
  let history = changed(changed(begun(0), 1, 'eye', 1000), 2, 'eye', 1300)
  expect(undone(history).present).toBe(0)
  history = changed(history, 3, 'eye', 5000)
  expect(undone(history).present).toBe(2)
  history = changed(history, 4, 'nose', 5001)
  expect(undone(history).present).toBe(3)
  expect(undone(changed(settled(history), 5, 'nose', 5002)).present).toBe(4)
})

it('forgets what was undone once something else is done', () => {
  const history = changed(undone(changed(begun('a'), 'b')), 'c')
  expect(redone(history).present).toBe('c')
  expect(undone(history).present).toBe('a')
})
