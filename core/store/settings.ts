// Settings: the contract's, with their defaults; only what was changed is kept.
import type { Settings } from '../contract/app.ts'
import type { Actor, Store } from './store.ts'

export const defaultSettings: Omit<Settings, 'account'> = {
  top: 50,
  perSubject: 'best',
  detectorMaxEnlargement: 4,
  detectorThreshold: 0.5,
  threads: 0,
}
export function getSettings(store: Store): Settings {
  throw new Error('not yet')
}
/** A new account name makes that account. */
export function setSettings(store: Store, actor: Actor, changes: Partial<Settings>): Settings {
  throw new Error('not yet')
}
