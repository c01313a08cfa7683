// Shortcuts are read, compared and written without ambiguity.
import { describe, expect, it } from 'vitest'
import { canonicalKeys, parseKeys, sameKeys, showKeys, type KeyLike } from './keys.ts'

const event = (key: string, held: Partial<Omit<KeyLike, 'key'>> = {}): KeyLike => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

describe('parseKeys', () => {
  it('reads modifiers in any order', () =>
    expect(parseKeys('Shift+Mod+z')).toEqual({ mod: true, alt: false, shift: true, key: 'z' }))
  it('reads named keys', () => {
    expect(parseKeys('esc').key).toBe('escape')
    expect(parseKeys('plus').key).toBe('+')
  })
  it('refuses an unknown modifier and a missing key', () => {
    expect(() => parseKeys('hyper+k')).toThrow(/unknown modifier/)
    expect(() => parseKeys('mod+')).toThrow(/no key/)
  })
})

describe('sameKeys', () => {
  const undo = parseKeys('mod+z')
  it('takes Ctrl and Command as the same', () => {
    expect(sameKeys(undo, event('z', { ctrlKey: true }))).toBe(true)
    expect(sameKeys(undo, event('z', { metaKey: true }))).toBe(true)
  })
  it('tells undo from redo', () => expect(sameKeys(undo, event('Z', { ctrlKey: true, shiftKey: true }))).toBe(false))
  it('does not fire on a bare letter', () => expect(sameKeys(undo, event('z'))).toBe(false))
  it('takes ? with or without Shift, as layouts differ', () => {
    expect(sameKeys(parseKeys('?'), event('?', { shiftKey: true }))).toBe(true)
    expect(sameKeys(parseKeys('?'), event('?'))).toBe(true)
  })
  it('does not take Alt for nothing', () => expect(sameKeys(parseKeys('s'), event('s', { altKey: true }))).toBe(false))
})

it('writes shortcuts as people know them', () => {
  expect(showKeys('mod+shift+z')).toBe('Ctrl+Shift+Z')
  expect(showKeys('mod+k', true)).toBe('⌘K')
  expect(showKeys('f6')).toBe('F6')
  expect(showKeys('delete')).toBe('Del')
})
it('has one spelling per chord', () => {
  expect(canonicalKeys('shift+mod+Z')).toBe(canonicalKeys('mod+shift+z'))
  expect(canonicalKeys('shift+?')).toBe(canonicalKeys('?'))
})
