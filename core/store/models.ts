// Model packages known to this store: their cards, which one is active per role, which are retired.
import type { ModelCard, ModelPackage } from '../contract/models.ts'
import type { Actor, Store } from './store.ts'

/** Makes a package known; idempotent by hash. The first non-retired package of a role becomes active. */
export function registerModel(
  store: Store,
  actor: Actor,
  input: { card: ModelCard; shipped: boolean; bytes: number },
): ModelPackage {
  throw new Error('not yet')
}
export function listModels(store: Store): ModelPackage[] {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found */
export function getModel(store: Store, sha256: string): ModelPackage {
  throw new Error('not yet')
}
export function activeModel(store: Store, role: ModelCard['role']): ModelPackage | null {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found, conflict (retired) */
export function activateModel(store: Store, actor: Actor, sha256: string): ModelPackage[] {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found, conflict (active) */
export function retireModel(store: Store, actor: Actor, sha256: string): ModelPackage {
  throw new Error('not yet')
}
