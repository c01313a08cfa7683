// Notes in the audit chain that models were compared: what with what, and what came first. There is no other record.
import type { Comparison } from '../contract/comparisons.ts'
import { openCase } from './cases.ts'
import type { Actor, Store } from './store.ts'

/** @throws UserFacingError conflict where the case is archived */
export function noteComparison(store: Store, actor: Actor, compared: Comparison): void {
  const { caseId, probeId, galleryId, galleryVersion, top, perSubject, device, agreement } = compared
  const packages = compared.packages.map((each, k) => ({
    sha256: each.hash,
    probeNetwork: each.probeNetwork,
    templates: each.templates,
    second: each.second,
    problem: each.problem,
    /** Gallery images, best first. */
    images: compared.candidates
      .flatMap(({ places }) => places[k] ?? [])
      .filter(({ rank }) => rank <= top)
      .sort((a, b) => a.rank - b.rank)
      .map(({ imageId }) => imageId),
  }))
  const { jaccard, rbo, tau } = agreement
  store.write(actor, (audit) => {
    openCase(store, caseId)
    audit(`probe:${probeId}`, {
      caseId,
      galleryId,
      galleryVersion,
      top,
      perSubject,
      device,
      packages,
      agreement: { jaccard, rbo, tau },
    })
  })
}

export const namesOfImageSql = `SELECT i.id AS imageId, i.file_name AS fileName, s.id AS subjectId, s.name AS subject,
  s.external_id AS externalId FROM gallery_images i JOIN subjects s ON s.id = i.subject_id WHERE i.id = ?`
export interface ImageNames {
  readonly imageId: number
  readonly fileName: string
  readonly subjectId: number
  readonly subject: string
  readonly externalId: string
}
/** As the records name them now; images that are not there are left out. */
export function namesOfImages(store: Store, imageIds: readonly number[]): Map<number, ImageNames> {
  const one = store.sql<ImageNames>(namesOfImageSql)
  return new Map(
    imageIds.flatMap((id) => {
      const row = one.get(id)
      return row ? [[id, row] as const] : []
    }),
  )
}
