// Cases: the folder that evidence, probes and searches belong to.
import type { Case } from '../contract/cases.ts'
import type { Actor, Store } from './store.ts'

export interface CaseInput {
  readonly name: string
  readonly reference?: string
  readonly note?: string
  readonly authorisation?: string
  readonly demo?: boolean
}
/** Newest first. */
export function listCases(store: Store, filter: { archived: boolean }): Case[] {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found */
export function getCase(store: Store, id: number): Case {
  throw new Error('not yet')
}
export function createCase(store: Store, actor: Actor, input: CaseInput): Case {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found, conflict (archived) */
export function updateCase(store: Store, actor: Actor, id: number, changes: Partial<Omit<CaseInput, 'demo'>>): Case {
  throw new Error('not yet')
}
export function setCaseArchived(store: Store, actor: Actor, id: number, archived: boolean): Case {
  throw new Error('not yet')
}
