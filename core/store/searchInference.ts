// What a search used of its package's inference options, and both parts of its fused scores: kept with it for ever.
import { UserFacingError } from '../contract/errors.ts'
import type { Candidate, SearchInference } from '../contract/searches.ts'
import type { Store } from './store.ts'

interface Row {
  probeNetwork: string
  galleryNetwork: string
  flip: number
  nativeSide: number
  upTo: number | null
  weight: number | null
  used: number
  most: number
  compared: number
}
export const inferenceSql = `SELECT probe_network AS probeNetwork, gallery_network AS galleryNetwork, flip,
  native_side AS nativeSide, up_to AS upTo, weight, used, most, compared FROM search_inference WHERE search_id = ?`

/**
 * Null for searches made before packages declared any.
 * @param probeUpTo from the card of the search's package: its hash, which the search has, covers this number
 */
export function readInference(store: Store, searchId: number, probeUpTo: number | null): SearchInference | null {
  const row = store.sql<Row>(inferenceSql).get(searchId)
  if (!row) return null
  const { probeNetwork, galleryNetwork, nativeSide, upTo, weight, compared, most } = row
  return {
    probeNetwork,
    galleryNetwork,
    flip: row.flip === 1,
    probe: probeUpTo === null ? null : { upTo: probeUpTo },
    nativeSide,
    second: upTo === null ? null : { upTo, weight: weight!, used: row.used === 1, limit: most, compared },
  }
}

/**
 * Within the write that adds the search and its candidates.
 * @throws UserFacingError invalid-input where a fused score lacks its parts, or another score has some
 */
export function insertInference(
  store: Store,
  searchId: number,
  { probeNetwork, galleryNetwork, flip, nativeSide, second }: SearchInference,
  candidates: readonly Pick<Candidate, 'rank' | 'parts'>[],
): void {
  store
    .sql(
      `INSERT INTO search_inference (search_id, probe_network, gallery_network, flip, native_side, up_to, weight, used,
        most, compared) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      searchId,
      probeNetwork,
      galleryNetwork,
      Number(flip),
      nativeSide,
      second?.upTo ?? null,
      second?.weight ?? null,
      Number(second?.used ?? false),
      second?.limit ?? 0,
      second?.compared ?? 0,
    )
  const insert = store.sql('INSERT INTO candidate_parts (search_id, rank, cosine, second) VALUES (?, ?, ?, ?)')
  for (const { rank, parts } of candidates) {
    if ((parts !== null) !== (second?.used ?? false))
      throw new UserFacingError('invalid-input', `The parts of the score at rank ${rank} are missing; search again.`)
    if (parts) insert.run(searchId, rank, parts.cosine, parts.second)
  }
}
