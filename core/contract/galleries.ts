// Galleries: reference images of known subjects, their templates, and enrolment as a resumable job.
import { z } from 'zod'
import { Box, Bytes, FileName, FivePoints, Id, Name, Note, Page, Rgba, Sha256, Time } from './common.ts'
import { calls } from './define.ts'
import { Job } from './jobs.ts'

export const Gallery = z.object({
  id: Id,
  name: Name,
  note: Note,
  /** Grows with every change of content; a search records it. */
  version: z.number().int(),
  demo: z.boolean(),
  createdAt: Time,
  archivedAt: Time.nullable(),
  subjects: z.number().int(),
  images: z.number().int(),
  /** Templates of the active recogniser. */
  templates: z.number().int(),
  /** Images whose only templates belong to another model package: re-enrol. */
  stale: z.number().int(),
  /** Images from which no template could be made. */
  insufficient: z.number().int(),
})
export type Gallery = z.infer<typeof Gallery>

export const Subject = z.object({
  id: Id,
  galleryId: Id,
  name: Name,
  externalId: z.string().max(200),
  note: Note,
  images: z.number().int(),
})
export type Subject = z.infer<typeof Subject>

export const GalleryImage = z.object({
  id: Id,
  galleryId: Id,
  subjectId: Id,
  subject: Name,
  fileName: FileName,
  sha256: Sha256,
  width: z.number().int(),
  height: z.number().int(),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('enrolled') }),
    z.object({ kind: z.literal('stale') }),
    z.object({ kind: z.literal('insufficient'), reason: z.string() }),
  ]),
  addedAt: Time,
})
export type GalleryImage = z.infer<typeof GalleryImage>

/** Where a subject's name comes from: the file's folder, a `file,subject` CSV in the folder, or the file's own name. */
export const NamesFrom = z.enum(['folder', 'csv', 'file-name'])
export const EnrolSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path: z.string().min(1).max(4096) }),
  z.object({ kind: z.literal('staged'), uploadId: z.string().min(1).max(64) }),
])

export const galleryCalls = calls({
  'galleries.list': { in: z.object({ archived: z.boolean().default(false) }), out: z.array(Gallery) },
  'galleries.get': { in: z.object({ id: Id }), out: Gallery },
  'galleries.create': { in: z.object({ name: Name, note: Note.default('') }), out: Gallery },
  'galleries.update': { in: z.object({ id: Id, name: Name.optional(), note: Note.optional() }), out: Gallery },
  'galleries.archive': { in: z.object({ id: Id }), out: Gallery },
  'galleries.restore': { in: z.object({ id: Id }), out: Gallery },
  'galleries.subjects': {
    in: z.object({ galleryId: Id, text: z.string().max(200).default(''), ...Page }),
    out: z.object({ total: z.number().int(), rows: z.array(Subject) }),
  },
  'galleries.updateSubject': {
    in: z.object({ id: Id, name: Name.optional(), externalId: z.string().max(200).optional(), note: Note.optional() }),
    out: Subject,
  },
  'galleries.images': {
    in: z.object({ galleryId: Id, subjectId: Id.optional(), ...Page }),
    out: z.object({ total: z.number().int(), rows: z.array(GalleryImage) }),
  },
  /** Hands over one file of an enrolment from a browser, which knows no paths; kept until galleries.enrol takes it. */
  'galleries.stage': {
    in: z.object({ uploadId: z.string().min(1).max(64), relativePath: FileName, bytes: Bytes }),
    out: z.object({ staged: z.number().int() }),
  },
  /** Starts enrolment and returns at once; the job goes on after a crash where it stopped. namesFrom is guessed when absent. */
  'galleries.enrol': {
    in: z.object({ galleryId: Id, source: EnrolSource, namesFrom: NamesFrom.optional() }),
    out: Job,
  },
  'galleries.reenrol': { in: z.object({ galleryId: Id }), out: Job },
  'galleries.thumbnail': { in: z.object({ imageId: Id }), out: z.object({ type: z.string(), bytes: Bytes }) },
  /** Region around the enrolled face for side-by-side viewing; maxSide bounds the longer side. */
  'galleries.view': {
    in: z.object({
      imageId: Id,
      kind: z.enum(['face', 'aligned', 'whole']),
      maxSide: z.number().int().min(16).max(4096).default(640),
    }),
    out: Rgba.extend({
      /** Region shown, in pixels of the oriented original ('face' and 'whole'). */
      region: Box.optional(),
      /** The enrolled face's five points in pixels of the oriented original, where they were kept. */
      points: FivePoints.optional(),
      /** Hash of the original whose pixels these are. */
      sha256: Sha256.optional(),
    }),
  },
})
