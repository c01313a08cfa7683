// Settings: the contract's, with their defaults; only what was changed is kept.
import { Settings } from '../contract/app.ts'
import { currentAccount, ensureAccount } from './accounts.ts'
import { readSetting, writeSetting } from './settingRows.ts'
import type { Actor, Store } from './store.ts'

export const defaultSettings: Omit<Settings, 'account'> = {
  top: 50,
  perSubject: 'best',
  detectorMaxEnlargement: 4,
  detectorThreshold: 0.5,
  threads: 0,
}

/** A stored value that no longer fits the contract gives way to its default. */
export function getSettings(store: Store): Settings {
  const chosen = Object.entries(Settings.shape).flatMap(([name, schema]) => {
    const value = schema.safeParse(readSetting(store, name))
    return value.success ? [[name, value.data] as const] : []
  })
  return Settings.parse({ ...defaultSettings, account: currentAccount(store), ...Object.fromEntries(chosen) })
}

/** Keeps what differs from now, one audit row per setting. A new account name makes that account. */
export function setSettings(store: Store, actor: Actor, changes: Partial<Settings>): Settings {
  const now = getSettings(store)
  const wanted = Object.entries(Settings.partial().parse(changes)).filter(
    ([name, value]) => value !== undefined && value !== now[name as keyof Settings],
  )
  if (wanted.length > 0)
    store.write(actor, (audit) => {
      for (const [name, value] of wanted) {
        if (name === 'account') ensureAccount(store, actor, String(value))
        writeSetting(store, audit, name, value)
      }
    })
  return getSettings(store)
}
