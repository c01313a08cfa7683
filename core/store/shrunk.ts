// Templates of gallery faces shrunk to a probe's native side: where those faces are, which there are, and new ones.
import { UserFacingError } from '../contract/errors.ts'
import type { FivePoints } from '../contract/common.ts'
import { FaceJson } from './galleryImages.ts'
import { found, readJson } from './lines.ts'
import type { Actor, Store } from './store.ts'
import { isUnitLength, toBytes, toVector } from './templates.ts'

/** The face that a gallery template was made of. */
export interface TemplateFace {
  readonly templateId: number
  readonly imageId: number
  readonly subjectId: number
  /** Of the original. */
  readonly sha256: string
  readonly fileName: string
  readonly points: FivePoints
}
export const templateFaceSql = `SELECT o.template_id AS templateId, i.id AS imageId, i.subject_id AS subjectId, i.sha256,
  i.file_name AS fileName, o.face FROM gallery_outcomes o JOIN gallery_images i ON i.id = o.image_id WHERE o.template_id = ?`

/** In the order asked for. @throws UserFacingError not-found where one is no gallery template */
export function facesOfTemplates(store: Store, templateIds: readonly number[]): TemplateFace[] {
  const one = store.sql<Omit<TemplateFace, 'points'> & { face: string }>(templateFaceSql)
  return templateIds.map((id) => {
    const { face, ...row } = found(one.get(id), `gallery template ${id}`)
    return { ...row, points: readJson(FaceJson, face, `gallery template ${id}`).points }
  })
}

export const shrunkSql = 'SELECT vector FROM shrunk_templates WHERE template_id = ? AND side = ?'

/** Those that are there already, by gallery template. */
export function shrunkTemplates(store: Store, templateIds: readonly number[], side: number): Map<number, Float32Array> {
  const one = store.sql<{ vector: Uint8Array }>(shrunkSql)
  return new Map(
    templateIds.flatMap((id) => {
      const row = one.get(id, side)
      return row ? [[id, toVector(row.vector)] as const] : []
    }),
  )
}

/**
 * Keeps new ones; those that are there already (two searches at once) stay as they are.
 * @throws UserFacingError invalid-input where a vector is not of unit length; nothing is kept then
 */
export function addShrunkTemplates(
  store: Store,
  actor: Actor,
  galleryId: number,
  side: number,
  made: readonly { readonly templateId: number; readonly vector: Float32Array }[],
): void {
  const known = shrunkTemplates(
    store,
    made.map(({ templateId }) => templateId),
    side,
  )
  const fresh = made.filter(({ templateId }) => !known.has(templateId))
  if (fresh.length === 0) return
  store.write(actor, (audit) => {
    const insert = store.sql(
      'INSERT INTO shrunk_templates (template_id, side, dimension, made_at, vector) VALUES (?, ?, ?, ?, ?)',
    )
    const records = fresh.map(({ templateId, vector }) => {
      if (!isUnitLength(vector))
        throw new UserFacingError(
          'invalid-input',
          `The recogniser gave no usable numbers for gallery template ${templateId} shrunk to ${side} px; run the self-test of the model package.`,
        )
      const { lastInsertRowid } = insert.run(templateId, side, vector.length, store.now(), toBytes(vector))
      return `shrunk-template:${lastInsertRowid}`
    })
    audit(`gallery:${galleryId}`, { side, shrunk: fresh.length }, records)
  })
}
