// Accounts: names that stand in audit rows and searches. One local account by default.
import type { Actor, Store } from './store.ts'

export interface Account {
  readonly id: number
  readonly name: string
  readonly createdAt: string
}
export function listAccounts(store: Store): Account[] {
  throw new Error('not yet')
}
/** The account of that name, made where it is new. */
export function ensureAccount(store: Store, actor: Actor, name: string): Account {
  throw new Error('not yet')
}
/** Who is at the desk: the `account` setting. */
export function currentAccount(store: Store): string {
  throw new Error('not yet')
}
