// Accounts: names that stand in audit rows and searches. One local account by default.
import { readSetting } from './settingRows.ts'
import type { Actor, Store } from './store.ts'

export interface Account {
  readonly id: number
  readonly name: string
  readonly createdAt: string
}
const columns = 'id, name, created_at AS createdAt'

/** In the order in which they were made. */
export const listAccounts = (store: Store): Account[] =>
  store.sql<Account>(`SELECT ${columns} FROM accounts ORDER BY id`).all()

/** The account of that name, made where it is new. */
export function ensureAccount(store: Store, actor: Actor, name: string): Account {
  const find = store.sql<Account>(`SELECT ${columns} FROM accounts WHERE name = ?`)
  const existing = find.get(name)
  if (existing) return existing
  return store.write(actor, (audit) => {
    const { lastInsertRowid } = store
      .sql('INSERT INTO accounts (name, created_at) VALUES (?, ?)')
      .run(name, store.now())
    const account = `account:${lastInsertRowid}`
    audit(account, { name }, [account])
    return find.get(name)!
  })
}

/** Makes the first account of a new store. */
export function firstAccount(store: Store, actor: Actor, name: string): void {
  if (store.sql('SELECT 1 FROM accounts LIMIT 1').get() === undefined) ensureAccount(store, actor, name)
}

/** Who is at the desk: the `account` setting, else the first account. */
export const currentAccount = (store: Store): string =>
  (readSetting(store, 'account') as string | undefined) ?? listAccounts(store)[0]!.name
