// Evidence: originals exactly as they were handed in.
import { sha256 } from '../base/sha256.ts'
import { ImportFacts, type Evidence } from '../contract/evidence.ts'
import { openCase } from './cases.ts'
import { found, readJson } from './lines.ts'
import type { Actor, Store } from './store.ts'
import { refuseSynthetic } from './synthetic.ts'

export interface EvidenceInput {
  readonly caseId: number
  readonly name: string
  /** The file as it was handed in; kept as a blob. */
  readonly bytes: Uint8Array
  readonly facts: ImportFacts
}

export const evidenceSql = `SELECT e.id, e.case_id AS caseId, e.name, e.sha256, e.bytes, e.facts, e.added_at AS addedAt,
  e.added_by AS addedBy, m.excluded_at AS excludedAt, m.detected_at AS detectedAt, e.duplicate_of AS duplicateOf,
  (SELECT count(*) FROM current_probes p WHERE p.evidence_id = e.id AND p.retired_at IS NULL) AS probeCount
  FROM evidence e LEFT JOIN evidence_marks m ON m.evidence_id = e.id`
type Row = Omit<Evidence, 'facts'> & { facts: string }
const toEvidence = (row: Row): Evidence => ({ ...row, facts: readJson(ImportFacts, row.facts, `evidence ${row.id}`) })

/**
 * Keeps the original, then its record; where the record fails, the new blob goes again.
 * @throws UserFacingError not-found, conflict (archived case), synthetic (a made-up face), disk-full, integrity
 */
export function addEvidence(store: Store, actor: Actor, input: EvidenceInput): Evidence {
  openCase(store, input.caseId)
  const facts = ImportFacts.parse(input.facts)
  refuseSynthetic(store, sha256(input.bytes), input.name)
  const blob = store.blobs.put(input.bytes)
  try {
    return store.write(actor, (audit) => {
      const caseId = openCase(store, input.caseId).id
      const first = store
        .sql<{ id: number }>('SELECT id FROM evidence WHERE case_id = ? AND sha256 = ? ORDER BY id LIMIT 1')
        .get(caseId, blob.sha256)
      const { lastInsertRowid } = store
        .sql(
          'INSERT INTO evidence (case_id, name, sha256, bytes, facts, added_at, added_by, duplicate_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          caseId,
          input.name,
          blob.sha256,
          blob.bytes,
          JSON.stringify(facts),
          store.now(),
          actor.account,
          first?.id ?? null,
        )
      const id = Number(lastInsertRowid)
      audit(`evidence:${id}`, { caseId, name: input.name, sha256: blob.sha256, bytes: blob.bytes }, [`evidence:${id}`])
      return getEvidence(store, id)
    })
  } catch (error) {
    if (blob.created) store.blobs.remove(blob.sha256)
    throw error
  }
}

/** In the order in which they were added; excluded ones too, `excludedAt` tells. */
export const listEvidence = (store: Store, caseId: number): Evidence[] =>
  store.sql<Row>(`${evidenceSql} WHERE e.case_id = ? ORDER BY e.id`).all(caseId).map(toEvidence)

/** @throws UserFacingError not-found */
export const getEvidence = (store: Store, id: number): Evidence =>
  toEvidence(found(store.sql<Row>(`${evidenceSql} WHERE e.id = ?`).get(id), `evidence ${id}`))

/** @throws UserFacingError not-found, conflict (archived case) */
export const setEvidenceExcluded = (store: Store, actor: Actor, id: number, excluded: boolean): Evidence =>
  mark(store, actor, id, 'excluded_at', excluded ? store.now() : null, { excluded })

/**
 * Notes that the detector ran over this item.
 * @param facts for the audit row: detector's hash, tiles, faces found …
 */
export const setEvidenceDetected = (store: Store, actor: Actor, id: number, facts: object): Evidence =>
  mark(store, actor, id, 'detected_at', store.now(), { detected: facts })

function mark(
  store: Store,
  actor: Actor,
  id: number,
  column: 'excluded_at' | 'detected_at',
  value: string | null,
  parameters: object,
): Evidence {
  return store.write(actor, (audit) => {
    const { caseId } = getEvidence(store, id)
    openCase(store, caseId)
    store
      .sql(
        `INSERT INTO evidence_marks (evidence_id, ${column}) VALUES (?, ?) ON CONFLICT (evidence_id) DO UPDATE SET ${column} = excluded.${column}`,
      )
      .run(id, value)
    audit(`evidence:${id}`, { caseId, ...parameters }, [`evidence-marks:${id}`])
    return getEvidence(store, id)
  })
}
