// Keys: one native pixel, or a tenth of one with Shift; nothing is taken that belongs to the rest of the screen.
import { expect, it } from 'vitest'
import { editingIntent, lookingIntent, type Pressed } from './keys.ts'

const none: Pressed = { key: '', shiftKey: false, ctrlKey: false, metaKey: false, altKey: false }
const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({ ...none, key, ...more })

it('moves a part by one native pixel, or a tenth with Shift', () => {
  expect(editingIntent(press('ArrowLeft'), true)).toEqual({ kind: 'nudge', dx: -1, dy: 0 })
  expect(editingIntent(press('ArrowDown', { shiftKey: true }), true)).toEqual({ kind: 'nudge', dx: 0, dy: 0.1 })
  expect(editingIntent(press('ArrowDown'), false)).toBeNull()
})

it('commits, reverts, undoes and redoes', () => {
  const kind = (pressed: Pressed) => editingIntent(pressed, true)?.kind
  expect(kind(press('Enter'))).toBe('commit')
  expect(kind(press('Escape'))).toBe('revert')
  expect(kind(press('z', { ctrlKey: true }))).toBe('undo')
  expect(kind(press('Z', { metaKey: true, shiftKey: true }))).toBe('redo')
  expect(kind(press('y', { ctrlKey: true }))).toBe('redo')
})

it('leaves Ctrl+K, Alt+arrows and letters to the workbench', () => {
  for (const pressed of [press('k', { ctrlKey: true }), press('ArrowLeft', { altKey: true }), press('q'), press('Tab')])
    expect([lookingIntent(pressed), editingIntent(pressed, true)]).toEqual([null, null])
  expect(lookingIntent(press('+', { ctrlKey: true }))).toBeNull()
})

it('pans, zooms, fits and flips while looking', () => {
  expect(lookingIntent(press('ArrowUp'))).toEqual({ kind: 'pan', dx: 0, dy: -1 })
  expect(lookingIntent(press('='))).toEqual({ kind: 'zoom', steps: 1 })
  expect(lookingIntent(press('0'))).toEqual({ kind: 'fit' })
  expect(lookingIntent(press(' '))).toEqual({ kind: 'flip' })
})
