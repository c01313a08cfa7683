// Galleries: named sets of reference images whose version grows with every change of content.
import { UserFacingError } from '../contract/errors.ts'
import type { Gallery } from '../contract/galleries.ts'
import { defined } from './cases.ts'
import { found } from './lines.ts'
import { activeRecogniser } from './models.ts'
import type { Actor, Store } from './store.ts'

type Row = Omit<Gallery, 'demo' | 'insufficient'> & { demo: number }

/**
 * Counts of images by their state at the active recogniser (@model): `templates` have one of it; `stale`
 * have none of it and no word of it, but one of another; the rest are insufficient.
 */
export const gallerySql = `SELECT g.id, g.name, g.note, g.version, g.demo, g.created_at AS createdAt, g.archived_at AS archivedAt,
  (SELECT count(*) FROM subjects s WHERE s.gallery_id = g.id) AS subjects,
  (SELECT count(*) FROM gallery_images i WHERE i.gallery_id = g.id) AS images,
  (SELECT count(*) FROM gallery_outcomes o WHERE o.gallery_id = g.id AND o.model_sha256 = @model
    AND o.template_id IS NOT NULL AND o.until_version IS NULL) AS templates,
  (SELECT count(DISTINCT o.image_id) FROM gallery_outcomes o WHERE o.gallery_id = g.id AND o.model_sha256 <> @model
    AND o.template_id IS NOT NULL AND o.until_version IS NULL AND NOT EXISTS (SELECT 1 FROM gallery_outcomes a
      WHERE a.image_id = o.image_id AND a.model_sha256 = @model AND a.until_version IS NULL)) AS stale
  FROM galleries g`
const toGallery = (row: Row): Gallery => ({
  ...row,
  demo: row.demo === 1,
  insufficient: row.images - row.templates - row.stale,
})

/** By name. Counts are those of the active recogniser. */
export const listGalleries = (store: Store, filter: { archived: boolean }): Gallery[] =>
  store
    .sql<Row>(`${gallerySql} WHERE (g.archived_at IS NOT NULL) = @archived ORDER BY g.name`)
    .all({ model: activeRecogniser(store), archived: Number(filter.archived) })
    .map(toGallery)

/** @throws UserFacingError not-found */
export const getGallery = (store: Store, id: number): Gallery =>
  toGallery(
    found(
      store.sql<Row>(`${gallerySql} WHERE g.id = @id`).get({ model: activeRecogniser(store), id }),
      `gallery ${id}`,
    ),
  )

/** Exact name; archived ones too. */
export function findGallery(store: Store, name: string): Gallery | null {
  const row = store.sql<Row>(`${gallerySql} WHERE g.name = @name`).get({ model: activeRecogniser(store), name })
  return row === undefined ? null : toGallery(row)
}

/** @throws UserFacingError not-found, conflict where the gallery is archived */
export function openGallery(store: Store, id: number): { id: number; name: string; version: number } {
  const row = found(
    store
      .sql<{ id: number; name: string; version: number; archived_at: string | null }>(
        'SELECT id, name, version, archived_at FROM galleries WHERE id = ?',
      )
      .get(id),
    `gallery ${id}`,
  )
  if (row.archived_at !== null)
    throw new UserFacingError(
      'conflict',
      `Gallery “${row.name}” is archived; restore it before changing anything in it.`,
      { subject: row.name },
    )
  return row
}

/** A change of content, within a write. @returns the version from which it holds */
export const raiseVersion = (store: Store, galleryId: number): number =>
  store
    .sql<{ version: number }>('UPDATE galleries SET version = version + 1 WHERE id = ? RETURNING version')
    .get(galleryId)!.version

function refuseTaken(store: Store, name: string, except: number): void {
  const other = store.sql<{ id: number }>('SELECT id FROM galleries WHERE name = ?').get(name)
  if (other !== undefined && other.id !== except)
    throw new UserFacingError('conflict', `There is a gallery “${name}” already; choose another name.`, {
      subject: name,
    })
}

/** @throws UserFacingError conflict where the name is taken */
export function createGallery(
  store: Store,
  actor: Actor,
  input: { name: string; note?: string | undefined; demo?: boolean | undefined },
): Gallery {
  const { name, note = '', demo = false } = input
  return store.write(actor, (audit) => {
    refuseTaken(store, name, 0)
    const { lastInsertRowid } = store
      .sql('INSERT INTO galleries (name, note, version, demo, created_at) VALUES (?, ?, 1, ?, ?)')
      .run(name, note, Number(demo), store.now())
    audit(`gallery:${lastInsertRowid}`, { name, note, demo }, [`gallery:${lastInsertRowid}`])
    return getGallery(store, Number(lastInsertRowid))
  })
}

/** Name and note; the version stays, for the content does. @throws UserFacingError not-found, conflict */
export function updateGallery(
  store: Store,
  actor: Actor,
  id: number,
  changes: { name?: string | undefined; note?: string | undefined },
): Gallery {
  return store.write(actor, (audit) => {
    openGallery(store, id)
    const next = { ...getGallery(store, id), ...defined(changes) }
    refuseTaken(store, next.name, id)
    store.sql('UPDATE galleries SET name = ?, note = ? WHERE id = ?').run(next.name, next.note, id)
    audit(`gallery:${id}`, defined(changes), [`gallery:${id}`])
    return getGallery(store, id)
  })
}

/** @throws UserFacingError not-found */
export function setGalleryArchived(store: Store, actor: Actor, id: number, archived: boolean): Gallery {
  return store.write(actor, (audit) => {
    const before = getGallery(store, id)
    if ((before.archivedAt !== null) !== archived)
      store.sql('UPDATE galleries SET archived_at = ? WHERE id = ?').run(archived ? store.now() : null, id)
    audit(`gallery:${id}`, { archived }, [`gallery:${id}`])
    return getGallery(store, id)
  })
}
