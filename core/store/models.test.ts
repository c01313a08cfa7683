// Model packages: known by hash, one active per role, the card as it was imported.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { activateModel, activeModel, getModel, listModels, registerModel, retireModel } from './models.ts'
import type { Store } from './store.ts'
import { ana, card, openTestStore, temporaryFolder } from './testing.ts'
import { auditHead } from './audit/list.ts'
import { verifyAudit } from './audit/verify.ts'

let store: Store
let dispose: () => void
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
})
afterEach(() => {
  store.close()
  dispose()
})
const register = (name: string, more: Partial<ReturnType<typeof card>> = {}) =>
  registerModel(store, ana, { card: card(name, 4, more), shipped: name === 'a', bytes: 5 })

test('the first of a role is active; the same hash again is the same package and no change', () => {
  const a = register('a')
  expect(a).toMatchObject({ active: true, shipped: true, importedAt: null, bytes: 5, templates: 0, card: card('a') })
  const head = auditHead(store)
  expect(register('a')).toEqual(a)
  expect(auditHead(store)).toEqual(head)
  expect(register('b')).toMatchObject({ active: false, shipped: false, importedAt: expect.any(String) })
  expect(register('d', { role: 'detector', embedding: null })).toMatchObject({ active: true })
  expect(() => registerModel(store, ana, { card: { ...card('a', 8) }, shipped: true, bytes: 5 })).toThrow(
    'another role or embedding',
  )
})

test('activating moves the role over; what is active cannot be retired, what is retired not activated', () => {
  const [a, b] = [register('a').card.sha256, register('b').card.sha256]
  expect(activateModel(store, ana, b).map((one) => one.active)).toEqual([false, true])
  expect(activeModel(store, 'recogniser')?.card.name).toBe('b')
  expect(() => retireModel(store, ana, b)).toThrow('Model “b” is in use')
  expect(retireModel(store, ana, a).card.state).toBe('retired')
  expect(() => activateModel(store, ana, a)).toThrow('Model “a” is retired')
  expect(listModels(store).map((one) => one.active)).toEqual([false, true])
  expect(() => getModel(store, 'x')).toThrow('There is no model package x')
})

test('the same network with other options is another package; with another second score it is a new card of the same', async () => {
  const a = register('a')
  const flipped = register('a', { inference: { flip: true, gallery: null, second: null } })
  expect(flipped.hash).not.toBe(a.hash)
  expect(flipped.card.sha256).toBe(a.card.sha256)
  const second = { flip: false, gallery: null, second: { upTo: 20, weight: 0.5 } }
  const later = register('a', { inference: second, state: 'validated' })
  expect(later).toMatchObject({ hash: a.hash, active: true, card: { inference: second, state: 'validated' } })
  expect(getModel(store, a.hash)).toEqual(later)
  const head = auditHead(store)
  expect(register('a', { inference: second, state: 'validated' })).toEqual(later)
  expect(auditHead(store)).toEqual(head)
  expect(store.sql('SELECT 1 FROM model_cards').all()).toHaveLength(1)
  expect(await verifyAudit(store)).toMatchObject({ ok: true })
  // What the user imported is what it was.
  register('b')
  expect(register('b', { description: 'other words' }).card.description).toBe('')
})
