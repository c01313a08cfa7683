// Which recogniser a new store uses, and how an existing one is told of a better one: once.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder as modelsFolder, tinyModel, tinyPixels, writeTestPackage } from '../models/testModels.ts'
import { activateModel, activeModel, offeredRecogniser, settleOffer, type Store } from '../store/index.ts'
import { ana, openTestStore, temporaryFolder } from '../store/testing.ts'
import { registerPackages } from './models.ts'

let store: Store
let shipped: string
let dispose: () => void
beforeEach(() => {
  const made = temporaryFolder()
  dispose = made.dispose
  store = openTestStore(made.folder)
  shipped = modelsFolder()
  writeFileSync(path.join(shipped, 'defaults.json'), '{ "recogniser": "better" }')
})
afterEach(() => {
  store.close()
  dispose()
})
const ship = (folder: string, seed: number, more: object = {}): string =>
  writeTestPackage(
    shipped,
    { model: tinyModel({ seed }) },
    { name: folder, folder, embedding: 64, pixels: tinyPixels(), ...more },
  )
const register = (): string | undefined => {
  expect(registerPackages(store, ana, shipped)).toEqual([])
  return activeModel(store, 'recogniser')?.card.name
}

test('a new store uses the recommended one, whatever its name', () => {
  ship('a first by name', 1)
  ship('better', 2)
  expect(register()).toBe('better')
  expect(offeredRecogniser(store)).toBeNull()
})

test('while the recommended one is not installed, another is used', () => {
  ship('other', 1)
  expect(register()).toBe('other')
  expect(offeredRecogniser(store)).toBeNull()
})

test('an existing store keeps its own, and is told once', () => {
  ship('other', 1)
  register()
  const better = ship('better', 2)
  expect(register()).toBe('other')
  expect(offeredRecogniser(store)).toBe(better)
  // Until the person has chosen, also after a restart; never again after that.
  register()
  expect(offeredRecogniser(store)).toBe(better)
  settleOffer(store, ana)
  register()
  expect(offeredRecogniser(store)).toBeNull()
})

test('a store that left the recommended one is not told of it again, but of its successor', () => {
  const other = ship('other', 1)
  ship('better', 2)
  register()
  activateModel(store, ana, other)
  register()
  expect(offeredRecogniser(store)).toBeNull()
  const successor = ship('better', 3)
  expect(register()).toBe('other')
  expect(offeredRecogniser(store)).toBe(successor)
})

test('another second score of the recommended one is no new package', () => {
  ship('better', 2)
  const second = { upTo: 20, weight: 0.4 }
  expect(register()).toBe('better')
  ship('better', 2, { inference: { flip: false, gallery: null, second } })
  register()
  expect(activeModel(store, 'recogniser')!.card.inference!.second).toEqual(second)
  expect(offeredRecogniser(store)).toBeNull()
})
