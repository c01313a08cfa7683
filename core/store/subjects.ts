// Subjects: the persons a gallery holds, unique by name and external id within it.
import { UserFacingError } from '../contract/errors.ts'
import type { Subject } from '../contract/galleries.ts'
import { defined } from './cases.ts'
import { openGallery, raiseVersion } from './galleries.ts'
import { found, like } from './lines.ts'
import type { Actor, Store } from './store.ts'

export const subjectSql = `SELECT s.id, s.gallery_id AS galleryId, s.name, s.external_id AS externalId, s.note,
  (SELECT count(*) FROM gallery_images i WHERE i.subject_id = s.id) AS images FROM subjects s`

/** By name. `text` is looked for in name, external id and note. */
export function listSubjects(
  store: Store,
  filter: { galleryId: number; text?: string | undefined; offset?: number; limit?: number },
): { total: number; rows: Subject[] } {
  const where =
    "WHERE s.gallery_id = ? AND (s.name LIKE ? ESCAPE '\\' OR s.external_id LIKE ? ESCAPE '\\' OR s.note LIKE ? ESCAPE '\\')"
  const text = like(filter.text ?? '')
  const values = [filter.galleryId, text, text, text]
  const { total } = store.sql<{ total: number }>(`SELECT count(*) AS total FROM subjects s ${where}`).get(...values)!
  const rows = store
    .sql<Subject>(`${subjectSql} ${where} ORDER BY s.name, s.external_id LIMIT ? OFFSET ?`)
    .all(...values, filter.limit ?? 200, filter.offset ?? 0)
  return { total, rows }
}

/** @throws UserFacingError not-found */
export const getSubject = (store: Store, id: number): Subject =>
  found(store.sql<Subject>(`${subjectSql} WHERE s.id = ?`).get(id), `subject ${id}`)

const findSql = 'SELECT id FROM subjects WHERE gallery_id = ? AND name = ? AND external_id = ?'

/** Found or made, within a write that seals it. */
export function ensureSubject(
  store: Store,
  galleryId: number,
  name: string,
  externalId: string,
): { id: number; created: boolean } {
  const existing = store.sql<{ id: number }>(findSql).get(galleryId, name, externalId)
  if (existing) return { id: existing.id, created: false }
  const { lastInsertRowid } = store
    .sql("INSERT INTO subjects (gallery_id, name, external_id, note, created_at) VALUES (?, ?, ?, '', ?)")
    .run(galleryId, name, externalId, store.now())
  return { id: Number(lastInsertRowid), created: true }
}

/** @throws UserFacingError not-found, conflict (archived gallery, or another subject of that name and external id) */
export function updateSubject(
  store: Store,
  actor: Actor,
  id: number,
  changes: { name?: string | undefined; externalId?: string | undefined; note?: string | undefined },
): Subject {
  return store.write(actor, (audit) => {
    const before = getSubject(store, id)
    openGallery(store, before.galleryId)
    const next = { ...before, ...defined(changes) }
    const other = store.sql<{ id: number }>(findSql).get(before.galleryId, next.name, next.externalId)
    if (other !== undefined && other.id !== id)
      throw new UserFacingError(
        'conflict',
        `This gallery has another subject “${next.name}” with the same external id; give one of them a different external id.`,
        { subject: next.name },
      )
    store
      .sql('UPDATE subjects SET name = ?, external_id = ?, note = ? WHERE id = ?')
      .run(next.name, next.externalId, next.note, id)
    raiseVersion(store, before.galleryId)
    audit(`subject:${id}`, { galleryId: before.galleryId, ...defined(changes) }, [
      `subject:${id}`,
      `gallery:${before.galleryId}`,
    ])
    return getSubject(store, id)
  })
}
