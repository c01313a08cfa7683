// Searches: records of one probe against one gallery, complete enough to be run again; never changed.
import type { Search, Candidate } from '../contract/searches.ts'
import type { Actor, Store } from './store.ts'

export interface SearchInput {
  readonly probeId: number
  readonly galleryId: number
  /** As returned by galleryTemplates. */
  readonly galleryVersion: number
  readonly gallerySize: number
  /** Template of the probe that was compared. */
  readonly templateId: number
  readonly device: string
  readonly startedAt: string
  readonly endedAt: string
  readonly parameters: Search['parameters']
  /** Ranks 1, 2, 3 …; scores never rise. Subject, external id and file name are added as they stand now. */
  readonly candidates: readonly Pick<Candidate, 'rank' | 'templateId' | 'score'>[]
}
export interface SearchRecord {
  readonly search: Search
  readonly candidates: Candidate[]
}
/** @throws UserFacingError wrong-model where templates of two models would be mixed, not-found, conflict */
export function addSearch(store: Store, actor: Actor, input: SearchInput): SearchRecord {
  throw new Error('not yet')
}
/** @throws UserFacingError not-found */
export function getSearch(store: Store, id: number): SearchRecord {
  throw new Error('not yet')
}
/** Newest first. */
export function listSearches(store: Store, filter: { caseId: number; probeId?: number }): Search[] {
  throw new Error('not yet')
}
/** Candidates as the contract shows them, for results that are not (yet) stored: names from the records. */
export function describeCandidates(
  store: Store,
  ranked: readonly Pick<Candidate, 'rank' | 'templateId' | 'score'>[],
): Candidate[] {
  throw new Error('not yet')
}
