// All templates of a gallery in one array, as they stood at one version of the gallery.
import { found } from './lines.ts'
import type { Store } from './store.ts'
import { recogniserDimension } from './templates.ts'

export interface GalleryTemplates {
  readonly galleryId: number
  readonly version: number
  readonly modelSha256: string
  readonly dim: number
  readonly count: number
  /** Ascending; the index is the row in `vectors`. */
  readonly templateIds: Uint32Array
  readonly imageIds: Uint32Array
  readonly subjectIds: Uint32Array
  /** count x dim, row by row. */
  readonly vectors: Float32Array
}

const atVersion = `o.gallery_id = @galleryId AND o.model_sha256 = @modelSha256 AND o.template_id IS NOT NULL
  AND o.since_version <= @at AND (o.until_version IS NULL OR o.until_version > @at)`
export const galleryTemplatesSql = {
  count: `SELECT count(*) AS count FROM gallery_outcomes o WHERE ${atVersion}`,
  rows: `SELECT o.template_id, o.image_id, i.subject_id, t.vector FROM gallery_outcomes o
    JOIN gallery_images i ON i.id = o.image_id JOIN templates t ON t.id = o.template_id
    WHERE ${atVersion} AND o.template_id > @after ORDER BY o.template_id LIMIT @batch`,
}

/** Rows fetched at a time, so that their buffers do not pile up beside the array they go into. */
const batch = 1000

/**
 * @param version of the gallery; the current one where absent
 * @throws UserFacingError not-found, wrong-model (no such recogniser)
 */
export function galleryTemplates(
  store: Store,
  galleryId: number,
  modelSha256: string,
  version?: number,
): GalleryTemplates {
  const gallery = found(
    store.sql<{ version: number }>('SELECT version FROM galleries WHERE id = ?').get(galleryId),
    `gallery ${galleryId}`,
  )
  const at = version ?? gallery.version
  const dim = recogniserDimension(store, modelSha256)
  const { count } = store.sql<{ count: number }>(galleryTemplatesSql.count).get({ galleryId, modelSha256, at })!
  const result = {
    galleryId,
    version: at,
    modelSha256,
    dim,
    count,
    templateIds: new Uint32Array(count),
    imageIds: new Uint32Array(count),
    subjectIds: new Uint32Array(count),
    vectors: new Float32Array(count * dim),
  }
  const bytes = new Uint8Array(result.vectors.buffer)
  const page = store.db.prepare(galleryTemplatesSql.rows).raw()
  for (let row = 0, after = 0; row < count;) {
    const rows = page.all({ galleryId, modelSha256, at, after, batch }) as [number, number, number, Uint8Array][]
    if (rows.length === 0) throw new Error(`gallery ${galleryId} changed while it was read`)
    for (const [templateId, imageId, subjectId, vector] of rows) {
      result.templateIds[row] = templateId
      result.imageIds[row] = imageId
      result.subjectIds[row] = subjectId
      bytes.set(vector, row * dim * 4)
      row++
      after = templateId
    }
  }
  return result
}
