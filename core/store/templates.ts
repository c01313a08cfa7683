// Templates: float32 vectors with the hash of the model package that made them; never changed, never deleted.
import { UserFacingError } from '../contract/errors.ts'
import { found } from './lines.ts'
import type { TemplateInput } from './outcome.ts'
import type { Store } from './store.ts'

export interface Template {
  readonly id: number
  readonly ownerKind: 'probe' | 'gallery-image'
  readonly ownerId: number
  readonly modelSha256: string
  readonly vector: Float32Array
  readonly createdAt: string
}
interface Row {
  id: number
  probeId: number | null
  imageId: number | null
  modelSha256: string
  vector: Uint8Array
  createdAt: string
}
const columns =
  'id, probe_id AS probeId, image_id AS imageId, model_sha256 AS modelSha256, vector, created_at AS createdAt'
export const templatesOf = {
  probe: `SELECT ${columns} FROM templates WHERE probe_id = ? ORDER BY id`,
  'gallery-image': `SELECT ${columns} FROM templates WHERE image_id = ? ORDER BY id`,
} as const

const toTemplate = (row: Row): Template => ({
  id: row.id,
  ownerKind: row.probeId === null ? 'gallery-image' : 'probe',
  ownerId: (row.probeId ?? row.imageId)!,
  modelSha256: row.modelSha256,
  vector: toVector(row.vector),
  createdAt: row.createdAt,
})

/** Little-endian IEEE 754 binary32, as every processor that Vestige runs on has them in memory. */
export const toVector = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)
export const toBytes = (vector: Float32Array): Buffer =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)

/** @throws UserFacingError not-found */
export const getTemplate = (store: Store, id: number): Template =>
  toTemplate(found(store.sql<Row>(`SELECT ${columns} FROM templates WHERE id = ?`).get(id), `template ${id}`))

/** All templates of one probe or gallery image, oldest first. */
export const listTemplates = (store: Store, ownerKind: Template['ownerKind'], ownerId: number): Template[] =>
  store.sql<Row>(templatesOf[ownerKind]).all(ownerId).map(toTemplate)

/** Allowed distance of a template's length from 1; float32 sums of 512 squares stay far below it. */
const lengthTolerance = 1e-3
export function isUnitLength(vector: Float32Array): boolean {
  let squares = 0
  for (const value of vector) squares += value * value
  return Math.abs(Math.sqrt(squares) - 1) <= lengthTolerance
}

/**
 * Stores one template; the caller holds the transaction and writes the audit row.
 * @returns its id
 * @throws UserFacingError wrong-model where the package is unknown, no recogniser, or of another dimension;
 *   invalid-input where the vector is not of unit length
 */
export function insertTemplate(
  store: Store,
  owner: { probeId: number } | { imageId: number },
  { modelSha256, vector }: Omit<TemplateInput, 'kind'>,
): number {
  recogniserDimension(store, modelSha256, vector.length)
  if (!isUnitLength(vector))
    throw new UserFacingError(
      'invalid-input',
      `The recogniser gave a vector of length ${Math.hypot(...vector)} where 1 is due; run the self-test of the model package.`,
      { subject: modelSha256 },
    )
  const { lastInsertRowid } = store
    .sql(
      'INSERT INTO templates (model_sha256, dimension, probe_id, image_id, created_at, vector) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(
      modelSha256,
      vector.length,
      'probeId' in owner ? owner.probeId : null,
      'imageId' in owner ? owner.imageId : null,
      store.now(),
      toBytes(vector),
    )
  return Number(lastInsertRowid)
}

/**
 * Values per template of a recogniser.
 * @param expected refused where the package gives another number
 * @throws UserFacingError wrong-model
 */
export function recogniserDimension(store: Store, modelSha256: string, expected?: number): number {
  const model = store
    .sql<{ name: string; embedding: number | null; role: string }>(
      'SELECT name, embedding, role FROM model_packages WHERE sha256 = ?',
    )
    .get(modelSha256)
  if (model === undefined || model.role !== 'recogniser' || model.embedding === null)
    throw new UserFacingError(
      'wrong-model',
      `No recogniser with the hash ${modelSha256} is known here; import that model package first.`,
      { subject: modelSha256 },
    )
  if (expected !== undefined && expected !== model.embedding)
    throw new UserFacingError(
      'wrong-model',
      `A template of ${expected} values is not one of “${model.name}”, whose templates have ${model.embedding}; make it again with that model.`,
      { subject: model.name },
    )
  return model.embedding
}
