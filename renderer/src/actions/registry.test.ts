// One registry for menus, shortcuts and palette: nothing in it may be ambiguous or without words.
import { describe, expect, it } from 'vitest'
import { actionFor, bind } from './dispatch.ts'
import { canonicalKeys, type KeyLike } from './keys.ts'
import { actionById, actions } from './registry.ts'
import { labelOf, type Action, type Context } from './types.ts'

const blank = {
  app: { status: null },
  undo: {},
  evidence: {},
  probes: {},
  viewer: {},
  hallucinations: { shown: {} },
  comparisons: {},
} as unknown as Context

describe('every action', () => {
  it.each(actions.map((a) => [a.id, a] as const))(
    '%s has an id of its own, words, an icon and a group',
    (id, action) => {
      expect(actions.filter((a) => a.id === id)).toHaveLength(1)
      expect(labelOf(action, blank).trim()).not.toBe('')
      expect(action.icon).not.toBe('')
      expect(action.id).toMatch(/^[a-z]+\.[a-zA-Z]+$/)
    },
  )
  it('says nothing that would turn a rank into a conclusion', () => {
    for (const action of actions) expect(labelOf(action, blank)).not.toMatch(/\b(match|hit|identif)/i)
  })
  it('has keys that can be read', () => expect(() => bind(actions)).not.toThrow())
})

it('never binds one key twice in the same place', () => {
  const taken = new Map<string, string>()
  const clashes: string[] = []
  for (const action of actions)
    for (const keys of action.keys ?? []) {
      const scope = action.scope ?? 'anywhere'
      const key = canonicalKeys(keys)
      for (const other of scope === 'anywhere'
        ? [...taken.keys()].filter((k) => k.endsWith(` ${key}`))
        : [`anywhere ${key}`, `${scope} ${key}`])
        if (taken.has(other)) clashes.push(`${action.id} and ${taken.get(other)}: ${key}`)
      taken.set(`${scope} ${key}`, action.id)
    }
  expect(clashes).toEqual([])
})

it('refuses an unknown id', () => expect(() => actionById('cases.explode')).toThrow(/no action/))

describe('a key press', () => {
  const fake = (id: string, keys: string[], scope?: Action['scope']): Action => ({
    id,
    label: id,
    icon: 'info',
    group: 'View',
    keys,
    perform: () => {},
    ...(scope && { scope }),
  })
  const bound = bind([
    fake('any', ['mod+k']),
    fake('case', ['s'], 'case'),
    fake('list', ['delete'], 'evidence'),
    fake('strip', ['delete'], 'probes'),
  ])
  const press = (key: string, held: Partial<KeyLike> = {}): KeyLike => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...held,
  })
  const place = { region: null, inCase: true, typing: false }
  const id = (event: KeyLike, where: Partial<typeof place> | { region: string }) =>
    actionFor(bound, event, { ...place, ...where })?.id ?? null

  it('goes to the action of the pane that has the focus', () => {
    expect(id(press('Delete'), { region: 'evidence' })).toBe('list')
    expect(id(press('Delete'), { region: 'probes' })).toBe('strip')
    expect(id(press('Delete'), {})).toBeNull()
  })
  it('is text while somebody is typing, unless a modifier is held', () => {
    expect(id(press('s'), { typing: true })).toBeNull()
    expect(id(press('k', { ctrlKey: true }), { typing: true })).toBe('any')
  })
  it('is heard in the case view only where the action belongs there', () =>
    expect(id(press('s'), { inCase: false })).toBeNull())
})
