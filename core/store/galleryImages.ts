// Reads gallery images: what is enrolled, in which state at the active recogniser, and where its face lies.
import { z } from 'zod'
import { Box, FivePoints } from '../contract/common.ts'
import type { GalleryImage } from '../contract/galleries.ts'
import { QualityComponent } from '../contract/probes.ts'
import { found, readJson } from './lines.ts'
import { activeRecogniser } from './models.ts'
import type { FaceGeometry } from './outcome.ts'
import type { Store } from './store.ts'

export const FaceJson = z.object({ box: Box, points: FivePoints, quality: z.array(QualityComponent) })

type Row = Omit<GalleryImage, 'state'> & {
  /** The active recogniser's word on it, if any. */
  own: 'enrolled' | 'insufficient' | null
  reason: string | null
  others: number
}
/** `@model` is the active recogniser. */
export const galleryImageSql = `SELECT i.id, i.gallery_id AS galleryId, i.subject_id AS subjectId, s.name AS subject,
  i.file_name AS fileName, i.sha256, i.width, i.height, i.added_at AS addedAt,
  CASE WHEN o.id IS NULL THEN NULL WHEN o.template_id IS NULL THEN 'insufficient' ELSE 'enrolled' END AS own,
  coalesce(o.reason, (SELECT x.reason FROM gallery_outcomes x WHERE x.image_id = i.id AND x.until_version IS NULL
    AND x.reason IS NOT NULL ORDER BY x.id DESC LIMIT 1)) AS reason,
  EXISTS (SELECT 1 FROM gallery_outcomes x WHERE x.image_id = i.id AND x.until_version IS NULL
    AND x.template_id IS NOT NULL) AS others
  FROM gallery_images i JOIN subjects s ON s.id = i.subject_id
  LEFT JOIN gallery_outcomes o ON o.image_id = i.id AND o.model_sha256 = @model AND o.until_version IS NULL`

function toImage({ own, reason, others, ...image }: Row): GalleryImage {
  const kind = own ?? (others ? 'stale' : 'insufficient')
  return {
    ...image,
    state: kind === 'insufficient' ? { kind, reason: reason ?? 'No recogniser has looked at it yet.' } : { kind },
  }
}

/** In the order in which they were enrolled. */
export function listGalleryImages(
  store: Store,
  filter: { galleryId: number; subjectId?: number | undefined; offset?: number; limit?: number },
): { total: number; rows: GalleryImage[] } {
  const { galleryId, subjectId, limit = 200, offset = 0 } = filter
  const where = `WHERE i.gallery_id = @galleryId ${subjectId === undefined ? '' : 'AND i.subject_id = @subjectId'}`
  const chosen = subjectId === undefined ? { galleryId } : { galleryId, subjectId }
  const { total } = store.sql<{ total: number }>(`SELECT count(*) AS total FROM gallery_images i ${where}`).get(chosen)!
  const rows = store
    .sql<Row>(`${galleryImageSql} ${where} ORDER BY i.id LIMIT @limit OFFSET @offset`)
    .all({ ...chosen, model: activeRecogniser(store), limit, offset })
  return { total, rows: rows.map(toImage) }
}

/** @throws UserFacingError not-found */
export const getGalleryImage = (store: Store, id: number): GalleryImage =>
  toImage(
    found(
      store.sql<Row>(`${galleryImageSql} WHERE i.id = @id`).get({ model: activeRecogniser(store), id }),
      `gallery image ${id}`,
    ),
  )

/** The image with these bytes in this gallery, if it is there: lets an enrolment skip a duplicate before decoding it. */
export function findGalleryImage(store: Store, galleryId: number, sha256: string): GalleryImage | null {
  const row = store
    .sql<Row>(`${galleryImageSql} WHERE i.gallery_id = @galleryId AND i.sha256 = @sha256`)
    .get({ model: activeRecogniser(store), galleryId, sha256 })
  return row === undefined ? null : toImage(row)
}

/** Face as enrolled: by this model's current outcome, else by the newest of any model; null where none was found. */
export function galleryFace(store: Store, imageId: number, modelSha256 = ''): FaceGeometry | null {
  const row = store
    .sql<{ face: string }>(
      `SELECT face FROM gallery_outcomes WHERE image_id = ? AND until_version IS NULL AND face IS NOT NULL
        ORDER BY model_sha256 = ? DESC, id DESC LIMIT 1`,
    )
    .get(imageId, modelSha256)
  return row === undefined ? null : readJson(FaceJson, row.face, `gallery image ${imageId}`)
}

/** Ids of the images for which this model has said nothing yet. */
export const imagesWithoutOutcome = (store: Store, galleryId: number, modelSha256: string): number[] =>
  store
    .sql<{ id: number }>(
      `SELECT i.id FROM gallery_images i WHERE i.gallery_id = ? AND NOT EXISTS (SELECT 1 FROM gallery_outcomes o
        WHERE o.image_id = i.id AND o.model_sha256 = ? AND o.until_version IS NULL) ORDER BY i.id`,
    )
    .all(galleryId, modelSha256)
    .map((row) => row.id)
