// What comparisons of models find and keep: the faces of a gallery as one package has them, and templates made for a look.
import { UserFacingError } from '../contract/errors.ts'
import { FivePoints } from '../contract/common.ts'
import { FaceJson } from './galleryImages.ts'
import { found, readJson } from './lines.ts'
import type { FaceGeometry } from './outcome.ts'
import type { Actor, Store } from './store.ts'
import { isUnitLength, recogniserDimension, toBytes, toVector } from './templates.ts'

/** An enrolled face as one package has it. */
export interface ReferenceFace {
  readonly imageId: number
  readonly subjectId: number
  /** Of the original. */
  readonly sha256: string
  readonly fileName: string
  /** Pixels of the original. */
  readonly width: number
  readonly height: number
  /** Box, points and quality as JSON; see `faceOf`. */
  readonly face: string
  /** Enrolled template of this package. */
  readonly templateId: number | null
  /** Template, or recorded absence of one, that a comparison made. */
  readonly comparedId: number | null
  /** This package was asked, by an enrolment or a comparison, and gives no template of it. */
  readonly without: boolean
}
type Row = Omit<ReferenceFace, 'without'> & { without: number }

/**
 * Where the package (@model) enrolled the image, its own face; else that of the newest outcome of another package.
 */
export const referenceFacesSql = `WITH chosen AS (
    SELECT o.image_id, o.model_sha256, o.template_id, o.face,
      row_number() OVER (PARTITION BY o.image_id ORDER BY o.model_sha256 = @model DESC, o.id DESC) AS place
    FROM gallery_outcomes o WHERE o.gallery_id = @gallery AND o.until_version IS NULL AND o.face IS NOT NULL)
  SELECT i.id AS imageId, i.subject_id AS subjectId, i.sha256, i.file_name AS fileName, i.width, i.height, c.face,
    CASE WHEN c.model_sha256 = @model THEN c.template_id END AS templateId, k.id AS comparedId,
    (c.model_sha256 = @model AND c.template_id IS NULL) OR (k.id IS NOT NULL AND k.vector IS NULL) AS without
  FROM chosen c JOIN gallery_images i ON i.id = c.image_id
  LEFT JOIN comparison_templates k ON k.image_id = c.image_id AND k.model_sha256 = @model AND k.side = 0
    AND k.points = json_extract(c.face, '$.points')
  WHERE c.place = 1 ORDER BY i.id`

/** In the order of their images, as the gallery stands now. */
export const referenceFaces = (store: Store, galleryId: number, model: string): ReferenceFace[] =>
  store
    .sql<Row>(referenceFacesSql)
    .all({ gallery: galleryId, model })
    .map(({ without, ...row }) => ({ ...row, without: without === 1 }))

export const faceOf = ({ face, imageId }: Pick<ReferenceFace, 'face' | 'imageId'>): FaceGeometry =>
  readJson(FaceJson, face, `gallery image ${imageId}`)

const key = (points: FivePoints): string => JSON.stringify(FivePoints.parse(points))

/** Vectors of faces that have one, enrolled or made for a comparison, row by row. */
export function referenceVectors(
  store: Store,
  faces: readonly ReferenceFace[],
  dimension: number,
): Float32Array<ArrayBuffer> {
  const enrolled = store.sql<{ vector: Uint8Array }>('SELECT vector FROM templates WHERE id = ?')
  const compared = store.sql<{ vector: Uint8Array }>('SELECT vector FROM comparison_templates WHERE id = ?')
  const vectors = new Float32Array(faces.length * dimension)
  const bytes = new Uint8Array(vectors.buffer)
  for (const [row, { templateId, comparedId, imageId }] of faces.entries()) {
    const kept = templateId === null ? compared.get(comparedId) : enrolled.get(templateId)
    bytes.set(found(kept, `template of gallery image ${imageId}`).vector, row * dimension * 4)
  }
  return vectors
}

export const comparedShrunkSql =
  'SELECT vector FROM comparison_templates WHERE image_id = ? AND model_sha256 = ? AND side = ? AND points = ? AND vector IS NOT NULL'

/** Templates of faces shrunk to `side` px that are there, of searches or of comparisons, by gallery image. */
export function shrunkReferences(
  store: Store,
  faces: readonly ReferenceFace[],
  model: string,
  side: number,
): Map<number, Float32Array> {
  const searched = store.sql<{ vector: Uint8Array }>(
    'SELECT vector FROM shrunk_templates WHERE template_id = ? AND side = ?',
  )
  const compared = store.sql<{ vector: Uint8Array }>(comparedShrunkSql)
  return new Map(
    faces.flatMap((face) => {
      const row =
        (face.templateId === null ? undefined : searched.get(face.templateId, side)) ??
        compared.get(face.imageId, model, side, key(faceOf(face).points))
      return row ? [[face.imageId, toVector(row.vector)] as const] : []
    }),
  )
}

export const ownProbeSql = `SELECT t.vector FROM probe_revisions r JOIN templates t ON t.id = r.template_id
  WHERE r.probe_id = ? AND t.model_sha256 = ? AND r.points = ? ORDER BY r.id DESC LIMIT 1`
export const comparedProbeSql =
  'SELECT vector, reason FROM comparison_templates WHERE probe_id = ? AND model_sha256 = ? AND points = ?'

/**
 * What a package made of a probe at these points: its template, of the probe itself or of an earlier comparison; or why
 * it gives none; null where it was not asked yet.
 */
export function probeTemplate(
  store: Store,
  probeId: number,
  model: string,
  points: FivePoints,
): Float32Array | string | null {
  const at = key(points)
  const own = store.sql<{ vector: Uint8Array }>(ownProbeSql).get(probeId, model, at)
  if (own) return toVector(own.vector)
  const row = store.sql<{ vector: Uint8Array | null; reason: string | null }>(comparedProbeSql).get(probeId, model, at)
  return row ? (row.vector === null ? row.reason : toVector(row.vector)) : null
}

export interface ComparisonTemplateInput {
  readonly of: { readonly probeId: number } | { readonly imageId: number }
  readonly model: string
  readonly points: FivePoints
  /** Of a shrunk gallery face; 0 else. */
  readonly side: number
  /** Unit length; or why there is none, one sentence. */
  readonly made: Float32Array | string
}

/**
 * Keeps new ones; those that are there already (two comparisons at once) stay as they are.
 * @param subject of the audit row, `gallery:3`
 * @throws UserFacingError wrong-model where a package is unknown or of another dimension, invalid-input where a vector is
 *   not of unit length; nothing is kept then
 */
export function addComparisonTemplates(
  store: Store,
  actor: Actor,
  subject: string,
  inputs: readonly ComparisonTemplateInput[],
): void {
  const known = store.sql(
    'SELECT 1 FROM comparison_templates WHERE probe_id IS ? AND image_id IS ? AND model_sha256 = ? AND side = ? AND points = ?',
  )
  const rows = inputs
    .map(({ of, points, ...rest }) => ({
      ...rest,
      probe: 'probeId' in of ? of.probeId : null,
      image: 'imageId' in of ? of.imageId : null,
      points: key(points),
    }))
    .filter((row) => known.get(row.probe, row.image, row.model, row.side, row.points) === undefined)
  if (rows.length === 0) return
  store.write(actor, (audit) => {
    const insert = store.sql(
      `INSERT INTO comparison_templates (model_sha256, probe_id, image_id, points, side, made_at, dimension, vector, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    const records = rows.map(({ model, probe, image, points, side, made }) => {
      const vector = typeof made === 'string' ? null : made
      const dimension = recogniserDimension(store, model, vector?.length)
      if (vector && !isUnitLength(vector))
        throw new UserFacingError(
          'invalid-input',
          `The recogniser ${model.slice(0, 12)}… gave a vector that is not of unit length; run the self-test of the model package.`,
          { subject: model },
        )
      const { lastInsertRowid } = insert.run(
        model,
        probe,
        image,
        points,
        side,
        store.now(),
        dimension,
        vector && toBytes(vector),
        vector ? null : made,
      )
      return `comparison-template:${lastInsertRowid}`
    })
    const packages = [...Map.groupBy(rows, ({ model }) => model)].map(([sha256, of]) => ({ sha256, made: of.length }))
    audit(subject, { comparisonTemplates: packages }, records)
  })
}
