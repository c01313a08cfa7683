// Enrols gallery images: original, subject, template or its absence, job item and audit row in one transaction.
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import { FaceJson } from './galleryImages.ts'
import { openGallery, raiseVersion } from './galleries.ts'
import { settleItem } from './jobItems.ts'
import { found } from './lines.ts'
import type { GalleryOutcome } from './outcome.ts'
import type { Actor, Audit, Store } from './store.ts'
import { ensureSubject } from './subjects.ts'
import { refuseSynthetic } from './synthetic.ts'
import { insertTemplate, recogniserDimension } from './templates.ts'

export interface GalleryImageInput {
  readonly galleryId: number
  /** Found by name and external id in the gallery, or made. */
  readonly subject: { readonly name: string; readonly externalId?: string | undefined }
  readonly fileName: string
  /** The file, kept as a blob; or the hash of a blob that is there already. */
  readonly content: Uint8Array | { readonly sha256: string }
  /** Pixels of the oriented image. */
  readonly width: number
  readonly height: number
  readonly outcome: GalleryOutcome
  /** Settled (done, duplicate or insufficient) in the same transaction. */
  readonly jobItemId?: number | undefined
  /** What the person should know of an image that was enrolled; shown with the job. */
  readonly note?: string | undefined
}
export interface AddedImage {
  readonly kind: 'added' | 'duplicate'
  /** The image now in the gallery; for a duplicate the earlier one. */
  readonly imageId: number
  readonly subjectId: number
  readonly templateId: number | null
}

/** @throws UserFacingError wrong-model, invalid-input, conflict (archived gallery), synthetic, not-found, disk-full; nothing is kept then */
export const addGalleryImage = (store: Store, actor: Actor, input: GalleryImageInput): AddedImage =>
  addGalleryImages(store, actor, [input])[0]!

/**
 * Many images in one transaction (a few hundred are best), still one audit row each. All or none are kept.
 * @returns one result per input, in order
 */
export function addGalleryImages(store: Store, actor: Actor, inputs: readonly GalleryImageInput[]): AddedImage[] {
  if (inputs.length === 0) return []
  const created: string[] = []
  try {
    const hashes = inputs.map(({ content, fileName }) => {
      refuseSynthetic(store, content instanceof Uint8Array ? sha256(content) : content.sha256, fileName)
      if (!(content instanceof Uint8Array)) {
        if (!store.blobs.has(content.sha256)) store.blobs.get(content.sha256) // says what is missing
        return content.sha256
      }
      const blob = store.blobs.put(content)
      if (blob.created) created.push(blob.sha256)
      return blob.sha256
    })
    return store.write(actor, (audit) => inputs.map((input, index) => addOne(store, audit, input, hashes[index]!)))
  } catch (error) {
    for (const hash of created) store.blobs.remove(hash)
    throw error
  }
}

function addOne(store: Store, audit: Audit, input: GalleryImageInput, sha256: string): AddedImage {
  const { galleryId, fileName, outcome, jobItemId } = input
  openGallery(store, galleryId)
  const earlier = store
    .sql<{ imageId: number; subjectId: number; fileName: string; subject: string; templateId: number | null }>(
      `SELECT i.id AS imageId, i.subject_id AS subjectId, i.file_name AS fileName, s.name AS subject,
        (SELECT template_id FROM gallery_outcomes o WHERE o.image_id = i.id AND o.model_sha256 = ? AND o.until_version IS NULL) AS templateId
        FROM gallery_images i JOIN subjects s ON s.id = i.subject_id WHERE i.gallery_id = ? AND i.sha256 = ?`,
    )
    .get(outcome.modelSha256, galleryId, sha256)
  if (earlier) {
    const message = sameFile(earlier, input.subject.name)
    const records = settleItem(store, jobItemId, 'duplicate', message, earlier.imageId)
    audit(`gallery-image:${earlier.imageId}`, { galleryId, fileName, sha256, duplicate: true, jobItemId }, records)
    return { kind: 'duplicate', imageId: earlier.imageId, subjectId: earlier.subjectId, templateId: earlier.templateId }
  }
  const subject = ensureSubject(store, galleryId, input.subject.name, input.subject.externalId ?? '')
  const { lastInsertRowid } = store
    .sql(
      'INSERT INTO gallery_images (gallery_id, subject_id, file_name, sha256, width, height, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(galleryId, subject.id, fileName, sha256, input.width, input.height, store.now())
  const imageId = Number(lastInsertRowid)
  const said = addOutcome(store, galleryId, imageId, outcome)
  const settled = settle(store, jobItemId, outcome, imageId, input.note)
  audit(
    `gallery-image:${imageId}`,
    { galleryId, subjectId: subject.id, fileName, sha256, version: said.version, ...describe(outcome), jobItemId },
    [`gallery-image:${imageId}`, ...(subject.created ? [`subject:${subject.id}`] : []), ...said.records, ...settled],
  )
  return { kind: 'added', imageId, subjectId: subject.id, templateId: said.templateId }
}

export interface ReenrolInput {
  readonly imageId: number
  readonly outcome: GalleryOutcome
  readonly jobItemId?: number | undefined
}

/**
 * Adds what another (or the same) model makes of enrolled images, in one transaction, one audit row each. An earlier
 * word of the same model ends with the new version; its template stays for the searches that saw it.
 * @throws UserFacingError wrong-model, invalid-input, conflict (archived gallery), not-found; nothing is kept then
 */
export function reenrolImages(store: Store, actor: Actor, inputs: readonly ReenrolInput[]): void {
  if (inputs.length === 0) return
  store.write(actor, (audit) => {
    for (const { imageId, outcome, jobItemId } of inputs) {
      const { galleryId } = found(
        store
          .sql<{ galleryId: number }>('SELECT gallery_id AS galleryId FROM gallery_images WHERE id = ?')
          .get(imageId),
        `gallery image ${imageId}`,
      )
      openGallery(store, galleryId)
      const said = addOutcome(store, galleryId, imageId, outcome)
      const settled = settle(store, jobItemId, outcome, imageId)
      audit(`gallery-image:${imageId}`, { galleryId, version: said.version, ...describe(outcome), jobItemId }, [
        ...said.records,
        ...settled,
      ])
    }
  })
}

function addOutcome(
  store: Store,
  galleryId: number,
  imageId: number,
  outcome: GalleryOutcome,
): { version: number; templateId: number | null; records: string[] } {
  if (outcome.kind === 'insufficient') {
    recogniserDimension(store, outcome.modelSha256)
    if (outcome.reason.trim() === '')
      throw new UserFacingError('invalid-input', 'A face without a template needs a reason.')
  }
  const version = raiseVersion(store, galleryId)
  const ended = store
    .sql<{ id: number }>(
      'UPDATE gallery_outcomes SET until_version = ? WHERE image_id = ? AND model_sha256 = ? AND until_version IS NULL RETURNING id',
    )
    .all(version, imageId, outcome.modelSha256)
  const templateId = outcome.kind === 'template' ? insertTemplate(store, { imageId }, outcome) : null
  const { lastInsertRowid } = store
    .sql(
      'INSERT INTO gallery_outcomes (gallery_id, image_id, model_sha256, template_id, reason, face, since_version, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      galleryId,
      imageId,
      outcome.modelSha256,
      templateId,
      outcome.kind === 'insufficient' ? outcome.reason : null,
      outcome.face === null ? null : JSON.stringify(FaceJson.parse(outcome.face)),
      version,
      store.now(),
    )
  return {
    version,
    templateId,
    records: [
      `gallery:${galleryId}`,
      `gallery-outcome:${lastInsertRowid}`,
      ...ended.map(({ id }) => `gallery-outcome:${id}`),
      ...(templateId === null ? [] : [`template:${templateId}`]),
    ],
  }
}

/** What a job says of a file that is in the gallery already; nothing where it is the same subject's. */
export const sameFile = (earlier: { subject: string; fileName: string }, subject: string): string =>
  earlier.subject === subject
    ? ''
    : `The same file is enrolled already as “${earlier.fileName}” of subject “${earlier.subject}”, not of “${subject}”; it was not enrolled again. Check which subject is right.`

const settle = (
  store: Store,
  jobItemId: number | undefined,
  outcome: GalleryOutcome,
  imageId: number,
  note = '',
): string[] =>
  outcome.kind === 'template'
    ? settleItem(store, jobItemId, 'done', note, imageId)
    : settleItem(store, jobItemId, 'insufficient', outcome.reason, imageId)

const describe = (outcome: GalleryOutcome): object =>
  outcome.kind === 'template'
    ? { outcome: 'template', modelSha256: outcome.modelSha256 }
    : { outcome: 'insufficient', modelSha256: outcome.modelSha256, reason: outcome.reason }
