// Evidence: originals exactly as they were handed in.
import type { Evidence, ImportFacts } from '../contract/evidence.ts'
import type { Actor, Store } from './store.ts'

export interface EvidenceInput {
  readonly caseId: number
  readonly name: string
  /** The file as it was handed in; kept as a blob. */
  readonly bytes: Uint8Array
  readonly facts: ImportFacts
}
/** Keeps the original, then its record; where the record fails, the new blob goes again. */
export function addEvidence(store: Store, actor: Actor, input: EvidenceInput): Evidence {
  throw new Error('not yet')
}
export function listEvidence(store: Store, caseId: number): Evidence[] {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found */
export function getEvidence(store: Store, id: number): Evidence {
  throw new Error('not yet')
}
export function setEvidenceExcluded(store: Store, actor: Actor, id: number, excluded: boolean): Evidence {
  throw new Error('not yet')
}
/** Notes that the detector ran over this item. `facts` go into the audit row (detector's hash, tiles, faces found …). */
export function setEvidenceDetected(store: Store, actor: Actor, id: number, facts: object): Evidence {
  throw new Error('not yet')
}
