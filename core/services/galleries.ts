// Galleries: reference photographs, their subjects, and how they are shown beside a probe.
import type { galleryCalls } from '../contract/galleries.ts'
import type { Handlers } from '../contract/index.ts'
import type { View } from '../jobs/protocol.ts'
import {
  createGallery,
  galleryFace,
  getGallery,
  getGalleryImage,
  getSubject,
  listGalleries,
  listGalleryImages,
  listSubjects,
  setGalleryArchived,
  updateGallery,
  updateSubject,
} from '../store/index.ts'
import { actorOf, changed, original, type Services } from './context.ts'
import { startEnrolment, startReenrolment } from './enrolment.ts'
import { grown } from './faceRegion.ts'
import type { Staging } from './staging.ts'
import type { Thumbnails } from './thumbnails.ts'

/** Longest side of a candidate's thumbnail. */
const SIDE = 160
/** What is shown around an enrolled face, as a share of its box; the same as around a probe. */
const MARGIN = 0.35

export function galleryHandlers(
  services: Services,
  staging: Staging,
  thumbnails: Thumbnails,
): Handlers<keyof typeof galleryCalls> {
  const { store, worker } = services
  const told = <T extends { id: number; galleryId?: number }>(record: T): T => {
    changed(services, 'galleries', record.galleryId ?? record.id)
    return record
  }
  return {
    'galleries.list': ({ archived }) => listGalleries(store, { archived }),
    'galleries.get': ({ id }) => getGallery(store, id),
    'galleries.create': (input, context) =>
      told(createGallery(store, actorOf(services, 'galleries.create', context), input)),
    'galleries.update': ({ id, ...changes }, context) =>
      told(updateGallery(store, actorOf(services, 'galleries.update', context), id, changes)),
    'galleries.archive': ({ id }, context) =>
      told(setGalleryArchived(store, actorOf(services, 'galleries.archive', context), id, true)),
    'galleries.restore': ({ id }, context) =>
      told(setGalleryArchived(store, actorOf(services, 'galleries.restore', context), id, false)),
    'galleries.subjects'(filter) {
      getGallery(store, filter.galleryId)
      return listSubjects(store, filter)
    },
    'galleries.updateSubject'({ id, ...changes }, context) {
      getSubject(store, id)
      return told(updateSubject(store, actorOf(services, 'galleries.updateSubject', context), id, changes))
    },
    'galleries.images'(filter) {
      getGallery(store, filter.galleryId)
      return listGalleryImages(store, filter)
    },
    'galleries.stage': ({ uploadId, relativePath, bytes }) => ({ staged: staging.add(uploadId, relativePath, bytes) }),
    'galleries.enrol': (input, context) =>
      startEnrolment(services, staging, actorOf(services, 'galleries.enrol', context), input, context.signal),
    'galleries.reenrol': ({ galleryId }, context) =>
      startReenrolment(services, actorOf(services, 'galleries.reenrol', context), galleryId),
    'galleries.thumbnail'({ imageId }) {
      const { sha256, fileName } = getGalleryImage(store, imageId)
      const face = galleryFace(store, imageId)
      return thumbnails.get(original(services, sha256, fileName), SIDE, face && grown(face.box, MARGIN))
    },
    async 'galleries.view'({ imageId, kind, maxSide }, { signal }) {
      const { sha256, fileName } = getGalleryImage(store, imageId)
      const face = galleryFace(store, imageId, activeRecogniser(services))
      // Where no face was found, the photograph itself is what there is to see.
      const view: View =
        kind === 'whole' || !face
          ? { kind: 'whole', maxSide }
          : kind === 'aligned'
            ? { kind, points: face.points }
            : { kind: 'fit', region: grown(face.box, MARGIN), maxSide }
      const { width, height, data, region } = await worker.image(
        'view',
        original(services, sha256, fileName),
        { view },
        { signal },
      )
      return {
        width,
        height,
        data,
        sha256,
        ...(view.kind === 'aligned' ? {} : { region }),
        ...(face && { points: face.points }),
      }
    },
  }
}

const activeRecogniser = ({ worker }: Services): string | undefined =>
  worker.state.kind === 'ready' ? worker.state.report.recogniser?.sha256 : undefined
