// Hallucinations: what was made up for a probe, in quarantine. The one kind of record that can be discarded.
import { z } from 'zod'
import { Box, FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import { IdentityMeasure, type Hallucination, type HallucinationPart } from '../contract/hallucinations.ts'
import { openCase } from './cases.ts'
import { found, readJson } from './lines.ts'
import { getProbe } from './probes.ts'
import type { Actor, Store } from './store.ts'

export type StoredPart = Exclude<HallucinationPart, 'native' | 'bicubic'>
export interface HallucinationInput extends Pick<
  Hallucination,
  | 'probeId'
  | 'modelHash'
  | 'model'
  | 'seed'
  | 'samples'
  | 'nativeSide'
  | 'size'
  | 'spread'
  | 'measure'
  | 'device'
  | 'ms'
> {
  readonly points: FivePoints
  readonly region: Box
  /** Marked PNGs. */
  readonly images: readonly { readonly part: StoredPart; readonly index: number; readonly png: Uint8Array }[]
}
/** With what the contract does not tell. */
export interface StoredHallucination extends Hallucination {
  readonly points: FivePoints
  readonly region: Box
}

export const hallucinationSql = `SELECT h.id, h.case_id AS caseId, h.probe_id AS probeId, p.number AS probeNumber,
  h.model_sha256 AS modelHash, h.model_name AS model, h.seed, h.samples, h.native_side AS nativeSide, h.size, h.spread,
  h.measure, h.device, h.account, h.created_at AS createdAt, h.ms, h.points, h.region
  FROM hallucinations h JOIN probes p ON p.id = h.probe_id`
type Row = Omit<StoredHallucination, 'measure' | 'points' | 'region'> &
  Record<'points' | 'region', string> & {
    measure: string | null
  }
function toHallucination(row: Row): StoredHallucination {
  const what = `hallucination ${row.id}`
  return {
    ...row,
    measure: row.measure === null ? null : readJson(IdentityMeasure, row.measure, what),
    points: readJson(FivePoints, row.points, what),
    region: readJson(Box, row.region, what),
  }
}

/**
 * Keeps the pictures in the blob area of their own, then the record; where the record fails, new blobs go again.
 * @throws UserFacingError not-found, conflict (archived case), synthetic (the bytes are an original), disk-full
 */
export function addHallucination(store: Store, actor: Actor, input: HallucinationInput): StoredHallucination {
  const created: string[] = []
  try {
    const images = input.images.map(({ part, index, png }) => {
      const blob = store.synthetic.put(png)
      if (blob.created) created.push(blob.sha256)
      return { part, index, ...blob }
    })
    return store.write(actor, (audit) => {
      const { caseId } = getProbe(store, input.probeId)
      openCase(store, caseId)
      for (const { sha256 } of images) refuseOriginal(store, sha256)
      const { lastInsertRowid } = store
        .sql(
          `INSERT INTO hallucinations (case_id, probe_id, model_sha256, model_name, seed, samples, native_side, size, points,
            region, spread, measure, device, account, created_at, ms, app_version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          caseId,
          input.probeId,
          input.modelHash,
          input.model,
          input.seed,
          input.samples,
          input.nativeSide,
          input.size,
          JSON.stringify(FivePoints.parse(input.points)),
          JSON.stringify(Box.parse(input.region)),
          input.spread,
          input.measure === null ? null : JSON.stringify(IdentityMeasure.parse(input.measure)),
          input.device,
          actor.account,
          store.now(),
          input.ms,
          store.appVersion,
        )
      const id = Number(lastInsertRowid)
      const hashes = new Set<string>()
      for (const { part, index, sha256, bytes } of images) {
        const known = store.sql('INSERT INTO synthetic_hashes (sha256) VALUES (?) ON CONFLICT DO NOTHING').run(sha256)
        if (known.changes > 0) hashes.add(`synthetic-hash:${known.lastInsertRowid}`)
        store
          .sql(
            'INSERT INTO hallucination_images (hallucination_id, part, position, sha256, bytes) VALUES (?, ?, ?, ?, ?)',
          )
          .run(id, part, index, sha256, bytes)
      }
      const { probeId, modelHash, seed, samples } = input
      audit(`hallucination:${id}`, { caseId, probeId, modelHash, seed, samples, pictures: images.length }, [
        `hallucination:${id}`,
        ...hashes,
      ])
      return getHallucination(store, id)
    })
  } catch (error) {
    for (const sha256 of created) store.synthetic.remove(sha256)
    throw error
  }
}

function refuseOriginal(store: Store, sha256: string): void {
  const known = store
    .sql('SELECT id FROM evidence WHERE sha256 = ? UNION ALL SELECT id FROM gallery_images WHERE sha256 = ?')
    .get(sha256, sha256)
  if (known !== undefined)
    throw new UserFacingError(
      'synthetic',
      'These bytes are an original in this case store; they cannot be a made-up face.',
    )
}

/** In the order in which they were made. */
export const listHallucinations = (store: Store, caseId: number, probeId?: number): StoredHallucination[] =>
  store
    .sql<Row>(`${hallucinationSql} WHERE h.case_id = ? AND (? IS NULL OR h.probe_id = ?) ORDER BY h.id`)
    .all(caseId, probeId ?? null, probeId ?? null)
    .map(toHallucination)

/** @throws UserFacingError not-found */
export const getHallucination = (store: Store, id: number): StoredHallucination =>
  toHallucination(found(store.sql<Row>(`${hallucinationSql} WHERE h.id = ?`).get(id), `hallucination ${id}`))

/** The hash of one stored picture. @throws UserFacingError not-found */
export const hallucinationImage = (store: Store, id: number, part: StoredPart, index: number): string =>
  found(
    store
      .sql<{ sha256: string }>(
        'SELECT sha256 FROM hallucination_images WHERE hallucination_id = ? AND part = ? AND position = ?',
      )
      .get(id, part, index),
    `picture ${part} ${index} of hallucination ${id}`,
  ).sha256

/** Writes into the audit chain that a picture was shown, or left the store. @throws UserFacingError not-found */
export function notePicture(store: Store, actor: Actor, id: number, part: StoredPart, index: number): void {
  store.write(actor, (audit) => {
    const { caseId } = getHallucination(store, id)
    const sha256 = hallucinationImage(store, id, part, index)
    audit(`hallucination:${id}`, { caseId, part, index, sha256 })
  })
}

const Hashes = z.array(z.object({ sha256: z.string() }))
/**
 * Takes the record and its pictures away. The audit chain keeps that they were made and discarded, and their hashes
 * stay known, so that a copy is refused as before.
 * @throws UserFacingError not-found, conflict (archived case)
 */
export function discardHallucination(store: Store, actor: Actor, id: number): void {
  const gone = store.write(actor, (audit) => {
    const { caseId, probeId } = getHallucination(store, id)
    openCase(store, caseId)
    const images = Hashes.parse(
      store.sql('DELETE FROM hallucination_images WHERE hallucination_id = ? RETURNING sha256').all(id),
    )
    store.sql('DELETE FROM hallucinations WHERE id = ?').run(id)
    audit(
      `hallucination:${id}`,
      { caseId, probeId, discarded: true, pictures: images.length },
      [],
      [`hallucination:${id}`],
    )
    return new Set(images.map(({ sha256 }) => sha256))
  })
  for (const sha256 of gone)
    if (!store.sql('SELECT 1 FROM hallucination_images WHERE sha256 = ?').get(sha256)) store.synthetic.remove(sha256)
}
