// Probes: faces in evidence. Every change is a new revision; earlier ones and their templates stay.
import type { Box, FivePoints } from '../contract/common.ts'
import type { Probe, QualityComponent } from '../contract/probes.ts'
import type { ProbeOutcome } from './outcome.ts'
import type { Actor, Store } from './store.ts'

export type PlacedBy = Probe['boxBy']
export interface ProbeInput {
  readonly evidenceId: number
  readonly label?: string
  readonly box: Box
  readonly points: FivePoints
  readonly boxBy: PlacedBy
  readonly pointsBy: PlacedBy
  readonly detectorScore: number | null
  readonly quality: readonly QualityComponent[]
  readonly outcome: ProbeOutcome
}
export type ProbeChanges = Partial<Omit<ProbeInput, 'evidenceId'>>

export function addProbe(store: Store, actor: Actor, input: ProbeInput): Probe {
  throw new Error('not yet')
}
/** By number. Retired ones are included; `retiredAt` tells. */
export function listProbes(store: Store, caseId: number): Probe[] {
  throw new Error('not yet')
}
export function listProbesOfEvidence(store: Store, evidenceId: number): Probe[] {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found */
export function getProbe(store: Store, id: number): Probe {
  throw new Error('not yet')
}
/** Moving box or points without a new outcome makes the probe pending; a new vector makes a new template. */
export function updateProbe(store: Store, actor: Actor, id: number, changes: ProbeChanges): Probe {
  throw new Error('not yet')
}
export function setProbeRetired(store: Store, actor: Actor, id: number, retired: boolean): Probe {
  throw new Error('not yet')
}
