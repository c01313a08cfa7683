// Undo takes back exactly what was done, in reverse order, and never loses an entry to a failed call.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { UndoStack, type Undoable } from './undo.ts'

const adding = (log: number[], n: number): Undoable => ({
  label: `Add ${n}`,
  undo: async () => log.splice(log.lastIndexOf(n), 1),
  redo: async () => log.push(n),
})

it('undoes and redoes in order', async () => {
  const log = [1, 2]
  const stack = new UndoStack()
  stack.push(adding(log, 1))
  stack.push(adding(log, 2))
  expect(stack.nextUndo).toBe('Add 2')
  await stack.undo('shortcut')
  expect(log).toEqual([1])
  expect(stack.nextRedo).toBe('Add 2')
  await stack.redo('shortcut')
  expect(log).toEqual([1, 2])
})

it('forgets what was undone once something new is done', async () => {
  const stack = new UndoStack()
  stack.push(adding([1], 1))
  await stack.undo('menu')
  stack.push(adding([2], 2))
  expect(stack.nextRedo).toBeNull()
})

it('keeps the entry where a call fails, and lets the error through', async () => {
  const stack = new UndoStack()
  stack.push({ label: 'Archive', undo: () => Promise.reject(new Error('disk full')), redo: async () => {} })
  await expect(stack.undo('menu')).rejects.toThrow('disk full')
  expect(stack.nextUndo).toBe('Archive')
})

it('does quick presses one after the other', async () => {
  const stack = new UndoStack()
  const log = [1, 2, 3]
  for (const n of log) stack.push(adding(log, n))
  const presses = [stack.undo('shortcut'), stack.undo('shortcut'), stack.redo('shortcut'), stack.undo('shortcut')]
  expect(await Promise.all(presses)).toEqual([true, true, true, true])
  expect(log).toEqual([1])
})

it('offers to undo what is just being done again', async () => {
  const stack = new UndoStack()
  stack.push(adding([1], 1))
  await stack.undo('shortcut')
  const redoing = stack.redo('shortcut')
  await Promise.resolve()
  expect(stack.nextUndo).toBe('Add 1')
  await redoing
})

it('goes on after a failed call', async () => {
  const stack = new UndoStack()
  let attempts = 0
  const undo = async () => {
    if (attempts++ === 0) throw new Error('disk full')
  }
  stack.push({ label: 'Archive', undo, redo: async () => {} })
  await expect(stack.undo('menu')).rejects.toThrow('disk full')
  expect(await stack.undo('menu')).toBe(true)
})

it('drops the oldest beyond its limit', async () => {
  const stack = new UndoStack(2)
  for (const n of [1, 2, 3]) stack.push(adding([n], n))
  expect(await stack.undo('menu')).toBe(true)
  expect(await stack.undo('menu')).toBe(true)
  expect(await stack.undo('menu')).toBe(false)
})

it('passes on how it was asked for', async () => {
  const seen: string[] = []
  const stack = new UndoStack()
  stack.push({ label: 'x', undo: async (via) => seen.push(via), redo: async (via) => seen.push(via) })
  await stack.undo('palette')
  await stack.redo('shortcut')
  expect(seen).toEqual(['palette', 'shortcut'])
})

it('equals a list with a cursor, whatever the order of pushes, undos and redos', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('push', 'undo', 'redo')), async (steps) => {
      const log: number[] = []
      const stack = new UndoStack()
      let model: number[] = []
      let cursor = 0
      for (const [n, step] of steps.entries()) {
        if (step === 'push') {
          log.push(n)
          stack.push(adding(log, n))
          model = [...model.slice(0, cursor), n]
          cursor++
        } else if (step === 'undo') cursor -= (await stack.undo('menu')) ? 1 : 0
        else cursor += (await stack.redo('menu')) ? 1 : 0
        expect(log).toEqual(model.slice(0, cursor))
      }
    }),
  ))

it('takes back a change that is still being made, once it is made', async () => {
  const seen: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const stack = new UndoStack()
  const making = stack.perform(
    {
      label: 'slow',
      redo: () => promise.then(() => seen.push('made')),
      undo: async () => seen.push('taken back'),
    },
    'shortcut',
  )
  expect(stack.nextUndo).toBe('slow')
  const undone = stack.undo('shortcut')
  resolve()
  await making
  expect(await undone).toBe(true)
  expect(seen).toEqual(['made', 'taken back'])
})

it('forgets a change that could not be made', async () => {
  const stack = new UndoStack()
  const failing = { label: 'x', redo: () => Promise.reject(new Error('disk full')), undo: async () => undefined }
  await expect(stack.perform(failing, 'menu')).rejects.toThrow('disk full')
  expect(stack.nextUndo).toBeNull()
  expect(await stack.undo('menu')).toBe(false)
})
