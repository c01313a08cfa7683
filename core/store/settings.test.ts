// Settings have defaults, are checked, and every change is one audit row; accounts appear with their names.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { currentAccount, listAccounts } from './accounts.ts'
import { auditHead } from './audit/list.ts'
import { defaultSettings, getSettings, setSettings } from './settings.ts'
import type { Store } from './store.ts'
import { ana, openTestStore, temporaryFolder } from './testing.ts'

let folder: string
let store: Store
let dispose: () => void
beforeEach(() => {
  ;({ folder, dispose } = temporaryFolder())
  store = openTestStore(folder)
})
afterEach(() => {
  store.close()
  dispose()
})

test("defaults, and the operating system's user as the first account", () => {
  expect(getSettings(store)).toEqual({ ...defaultSettings, account: 'ana' })
  expect(listAccounts(store).map((account) => account.name)).toEqual(['ana'])
})

test('what was changed is kept over a restart, one row per change, none for what stays', () => {
  const { sequence } = auditHead(store)
  setSettings(store, ana, { top: 20, perSubject: 'best', detectorThreshold: 0.25 })
  expect(auditHead(store).sequence).toBe(sequence + 2)
  store.close()
  store = openTestStore(folder)
  expect(getSettings(store)).toMatchObject({ top: 20, perSubject: 'best', detectorThreshold: 0.25 })
})

test('values outside the contract are refused, a stored one gives way to its default', () => {
  expect(() => setSettings(store, ana, { top: 0 })).toThrow()
  store.db.exec("INSERT INTO settings (name, value) VALUES ('threads', '\"many\"')")
  expect(getSettings(store).threads).toBe(defaultSettings.threads)
})

test('a new name at the desk is a new account; the old one stays', () => {
  expect(setSettings(store, ana, { account: 'Béla' }).account).toBe('Béla')
  expect(currentAccount(store)).toBe('Béla')
  setSettings(store, ana, { account: 'ana' })
  expect(listAccounts(store).map((account) => account.name)).toEqual(['ana', 'Béla'])
})
