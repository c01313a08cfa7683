// Searches: records of one probe against one gallery, complete enough to be run again; never changed.
import { UserFacingError } from '../contract/errors.ts'
import type { Candidate, Search, SearchInference } from '../contract/searches.ts'
import { checkCandidates, describeCandidates, insertCandidates, listCandidates, type Ranked } from './candidates.ts'
import { openCase } from './cases.ts'
import { getEvidence } from './evidence.ts'
import { found } from './lines.ts'
import { getModel } from './models.ts'
import { getProbe } from './probes.ts'
import { insertInference, readInference } from './searchInference.ts'
import type { Actor, Store } from './store.ts'
import { getTemplate } from './templates.ts'

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
  /** Networks, native side and second score. */
  readonly inference: SearchInference
  /** Ranks 1, 2, 3 …; scores never rise. Subject, external id and file name are added as they stand now. */
  readonly candidates: readonly Ranked[]
}
export interface SearchRecord {
  readonly search: Search
  readonly candidates: Candidate[]
}

export const searchSql = `SELECT id, case_id AS caseId, probe_id AS probeId, probe_number AS probeNumber,
  gallery_id AS galleryId, gallery_name AS gallery, gallery_version AS galleryVersion, gallery_size AS gallerySize,
  template_id AS templateId, model_sha256 AS modelHash, model_name AS model, device, account, started_at AS startedAt,
  ended_at AS endedAt, top, metric, per_subject AS perSubject, probe_facts AS probeFacts,
  (SELECT json_extract(p.card, '$.inference.probe.upTo') FROM model_packages p WHERE p.sha256 = searches.model_sha256)
    AS probeUpTo FROM searches`
type Row = Omit<Search, 'parameters' | 'inference'> &
  Omit<Search['parameters'], 'probe'> & {
    probeFacts: string
    probeUpTo: number | null
  }

const toSearch = (store: Store, { top, metric, perSubject, probeFacts, probeUpTo, ...row }: Row): Search => ({
  ...row,
  inference: readInference(store, row.id, probeUpTo),
  parameters: { top, metric, perSubject, probe: JSON.parse(probeFacts) as Record<string, unknown> },
})

/** @throws UserFacingError not-found */
export function getSearch(store: Store, id: number): SearchRecord {
  const search = toSearch(store, found(store.sql<Row>(`${searchSql} WHERE id = ?`).get(id), `search ${id}`))
  return { search, candidates: listCandidates(store, id) }
}

/** Newest first. */
export const listSearches = (store: Store, filter: { caseId: number; probeId?: number | undefined }): Search[] =>
  (filter.probeId === undefined
    ? store.sql<Row>(`${searchSql} WHERE case_id = ? ORDER BY id DESC`).all(filter.caseId)
    : store
        .sql<Row>(`${searchSql} WHERE case_id = ? AND probe_id = ? ORDER BY id DESC`)
        .all(filter.caseId, filter.probeId)
  ).map((row) => toSearch(store, row))

/**
 * Keeps a finished search. What the person at the desk cannot mistype is taken from the records: case, evidence,
 * names, model, account.
 * @throws UserFacingError not-found; wrong-model where templates of two models, or of another gallery or version,
 *   would stand in one search; conflict where the case is archived; invalid-input where ranks or scores are out of order
 */
export function addSearch(store: Store, actor: Actor, input: SearchInput): SearchRecord {
  return store.write(actor, (audit) => {
    const probe = getProbe(store, input.probeId)
    const { authorisation } = openCase(store, probe.caseId)
    const evidence = getEvidence(store, probe.evidenceId)
    const template = getTemplate(store, input.templateId)
    if (template.ownerKind !== 'probe' || template.ownerId !== probe.id)
      throw new UserFacingError(
        'wrong-model',
        `Template ${template.id} is not one of probe ${probe.number}; search again from the probe.`,
        { subject: `probe ${probe.number}` },
      )
    const model = getModel(store, template.modelSha256)
    const gallery = found(
      store.sql<{ name: string }>('SELECT name FROM galleries WHERE id = ?').get(input.galleryId),
      `gallery ${input.galleryId}`,
    )
    checkCandidates(store, { ...input, modelSha256: template.modelSha256 })
    const { inference } = input
    const { top, metric, perSubject } = input.parameters
    const { lastInsertRowid } = store
      .sql(
        `INSERT INTO searches (case_id, probe_id, probe_number, evidence_id, evidence_sha256, template_id, gallery_id,
          gallery_name, gallery_version, gallery_size, model_sha256, model_name, device, account, authorisation,
          started_at, ended_at, top, metric, per_subject, probe_facts, app_version)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        probe.caseId,
        probe.id,
        probe.number,
        evidence.id,
        evidence.sha256,
        template.id,
        input.galleryId,
        gallery.name,
        input.galleryVersion,
        input.gallerySize,
        template.modelSha256,
        model.card.name,
        input.device,
        actor.account,
        authorisation,
        input.startedAt,
        input.endedAt,
        top,
        metric,
        perSubject,
        JSON.stringify(input.parameters.probe),
        store.appVersion,
      )
    const id = Number(lastInsertRowid)
    const candidates = describeCandidates(store, input.candidates)
    insertCandidates(store, id, candidates)
    insertInference(store, id, inference, candidates)
    audit(
      `search:${id}`,
      {
        caseId: probe.caseId,
        probeId: probe.id,
        templateId: template.id,
        galleryId: input.galleryId,
        galleryVersion: input.galleryVersion,
        gallerySize: input.gallerySize,
        modelSha256: template.modelSha256,
        device: input.device,
        startedAt: input.startedAt,
        endedAt: input.endedAt,
        top,
        metric,
        perSubject,
        candidates: input.candidates.length,
        inference,
      },
      [`search:${id}`, `search-inference:${id}`],
    )
    return getSearch(store, id)
  })
}
