// Evidence: originals are taken in as they are, described, and shown; they are never altered.
import { sha256 } from '../base/sha256.ts'
import type { evidenceCalls } from '../contract/evidence.ts'
import type { Handlers } from '../contract/index.ts'
import {
  addEvidence,
  getCase,
  getEvidence,
  listEvidence,
  refuseSynthetic,
  setEvidenceExcluded,
} from '../store/index.ts'
import { actorOf, changed, original, plain, type Services } from './context.ts'
import { caseInUse } from './probes.ts'
import type { Thumbnails } from './thumbnails.ts'

/** Longest side of a thumbnail; the worker makes one of this size when it reads a file for the first time. */
const SIDE = 256

export function evidenceHandlers(services: Services, thumbnails: Thumbnails): Handlers<keyof typeof evidenceCalls> {
  const { store, worker } = services
  const told = <T extends { id: number; caseId: number }>(record: T): T => {
    changed(services, 'evidence', record.id, record.caseId)
    return record
  }
  const originalOf = (id: number) => {
    const { sha256: hash, name } = getEvidence(store, id)
    return original(services, hash, name)
  }
  return {
    'evidence.list': ({ caseId }) => {
      getCase(store, caseId)
      return listEvidence(store, caseId)
    },
    async 'evidence.add'({ caseId, name, bytes }, context) {
      // Said before a file is read, rather than after.
      caseInUse(services, caseId)
      const image = { sha256: sha256(bytes), fileName: name, read: () => bytes }
      refuseSynthetic(store, image.sha256, name)
      const { facts, thumbnail } = await worker.image('read', image, {}, { signal: context.signal })
      thumbnails.put(image.sha256, SIDE, thumbnail)
      return told(addEvidence(store, actorOf(services, 'evidence.add', context), { caseId, name, bytes, facts }))
    },
    'evidence.exclude': ({ id }, context) =>
      told(setEvidenceExcluded(store, actorOf(services, 'evidence.exclude', context), id, true)),
    'evidence.restore': ({ id }, context) =>
      told(setEvidenceExcluded(store, actorOf(services, 'evidence.restore', context), id, false)),
    async 'evidence.view'({ id, maxSide }, { signal }) {
      const { width, height, data, scale } = await worker.image(
        'view',
        originalOf(id),
        { view: { kind: 'whole', maxSide } },
        { signal },
      )
      return { width, height, data, scale }
    },
    'evidence.thumbnail': ({ id }) => thumbnails.get(originalOf(id), SIDE),
    'evidence.original'({ id }) {
      const { name, sha256: hash } = getEvidence(store, id)
      return { name, bytes: plain(store.blobs.get(hash)), sha256: hash }
    },
  }
}
