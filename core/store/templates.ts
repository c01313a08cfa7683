// Templates: float32 vectors with the hash of the model package that made them; never changed, never deleted.
import type { Store } from './store.ts'

export interface Template {
  readonly id: number
  readonly ownerKind: 'probe' | 'gallery-image'
  readonly ownerId: number
  readonly modelSha256: string
  readonly vector: Float32Array
  readonly createdAt: string
}
/** @throws UserFacingError not-found */
export function getTemplate(store: Store, id: number): Template {
  throw new Error('not yet')
}
/** All templates of one probe or gallery image, oldest first. */
export function listTemplates(store: Store, ownerKind: Template['ownerKind'], ownerId: number): Template[] {
  throw new Error('not yet')
}
