// Candidates of a search: checked against the gallery as the search saw it, and described by the records.
import { UserFacingError } from '../contract/errors.ts'
import type { Candidate } from '../contract/searches.ts'
import { found } from './lines.ts'
import type { Store } from './store.ts'

/** One line of a ranking, before names are put to it. */
export type Ranked = Pick<Candidate, 'rank' | 'templateId' | 'score'> & Partial<Pick<Candidate, 'parts'>>

const columns = `c.rank, c.subject_id AS subjectId, c.subject, c.external_id AS externalId, c.image_id AS imageId,
  c.file_name AS fileName, c.template_id AS templateId, c.score`
export const candidatesSql = `SELECT ${columns} FROM candidates c WHERE c.search_id = ? ORDER BY c.rank`
/** Through the search's options, whose digest vouches for the parts. */
export const partsSql = `SELECT p.rank, p.cosine, p.second FROM search_inference i
  JOIN candidate_parts p ON p.search_id = i.search_id WHERE i.search_id = ?`

/** By rank, with the names as they stood when the search was made. */
export function listCandidates(store: Store, searchId: number): Candidate[] {
  const parts = new Map(
    store
      .sql<{ rank: number; cosine: number; second: number }>(partsSql)
      .all(searchId)
      .map(({ rank, ...part }) => [rank, part]),
  )
  return store
    .sql<Omit<Candidate, 'parts'>>(candidatesSql)
    .all(searchId)
    .map((row) => ({ ...row, parts: parts.get(row.rank) ?? null }))
}

/**
 * A ranking as the contract shows it, with the names as they stand now; for results that are not (yet) stored.
 * @throws UserFacingError not-found where a template is no gallery image's
 */
export function describeCandidates(store: Store, ranked: readonly Ranked[]): Candidate[] {
  const describe = store.sql<Omit<Candidate, 'rank' | 'score' | 'parts' | 'templateId'>>(
    `SELECT i.id AS imageId, i.file_name AS fileName, s.id AS subjectId, s.name AS subject, s.external_id AS externalId
      FROM templates t JOIN gallery_images i ON i.id = t.image_id JOIN subjects s ON s.id = i.subject_id WHERE t.id = ?`,
  )
  return ranked.map(({ rank, templateId, score, parts = null }) => ({
    rank,
    templateId,
    score,
    parts,
    ...found(describe.get(templateId), `gallery template ${templateId}`),
  }))
}

/** @throws UserFacingError wrong-model, invalid-input */
export function checkCandidates(
  store: Store,
  search: { galleryId: number; galleryVersion: number; modelSha256: string; candidates: readonly Ranked[] },
): void {
  const seen = store.sql(
    `SELECT 1 FROM gallery_outcomes WHERE template_id = @templateId AND gallery_id = @galleryId AND model_sha256 = @modelSha256
      AND since_version <= @galleryVersion AND (until_version IS NULL OR until_version > @galleryVersion)`,
  )
  const { galleryId, galleryVersion, modelSha256 } = search
  search.candidates.forEach(({ rank, templateId, score }, index) => {
    const before = search.candidates[index - 1]
    if (rank !== index + 1 || (before !== undefined && !(score <= before.score)))
      throw new UserFacingError('invalid-input', `The ranking is out of order at rank ${rank}; run the search again.`)
    if (seen.get({ templateId, galleryId, modelSha256, galleryVersion }) === undefined)
      throw new UserFacingError(
        'wrong-model',
        `Template ${templateId} is not one that model ${modelSha256.slice(0, 12)}… made for this gallery at version ${galleryVersion}; run the search again.`,
        { subject: `template ${templateId}` },
      )
  })
}

/** Within the write that adds the search. */
export function insertCandidates(store: Store, searchId: number, candidates: readonly Candidate[]): void {
  const insert = store.sql(
    'INSERT INTO candidates (search_id, rank, template_id, image_id, subject_id, subject, external_id, file_name, score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  for (const c of candidates)
    insert.run(searchId, c.rank, c.templateId, c.imageId, c.subjectId, c.subject, c.externalId, c.fileName, c.score)
}
