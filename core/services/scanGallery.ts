// One exact scan of a gallery as it stood at one version, in the worker.
import type { RankedTemplate } from '../jobs/protocol.ts'
import type { Fused } from '../matching/fuse.ts'
import { galleryTemplates, type GalleryTemplates, type Ranked } from '../store/index.ts'
import type { Services } from './context.ts'

export interface ScanRequest {
  readonly galleryId: number
  readonly version: number
  readonly modelSha256: string
  /** Unit length. */
  readonly probe: Float32Array
  readonly top: number
  readonly perSubject: 'best' | 'all'
  readonly signal: AbortSignal
  progress?(done: number, total: number, ranked: RankedTemplate[]): void
}

/** @returns best first, how many templates were compared, and what compared them */
export async function scanGallery(
  { store, worker }: Services,
  { galleryId, version, modelSha256, signal, progress, ...query }: ScanRequest,
): Promise<{ ranked: RankedTemplate[]; count: number; device: string }> {
  const { ranked, count, provider } = await worker.search(
    {
      key: `${galleryId} ${version} ${modelSha256}`,
      load: (): GalleryTemplates => galleryTemplates(store, galleryId, modelSha256, version),
    },
    query,
    {
      signal,
      progress: (now) => progress?.(now.done, now.total, now.ranked ?? []),
    },
  )
  // Where the templates are made, and where they are compared if that is elsewhere.
  const { device } = await worker.report()
  const scan = provider === device.provider ? '' : `; compared on ${provider}`
  return { ranked, count, device: `${device.provider}: ${device.device}, ${device.runtime}${scan}` }
}

export const withRanks = (ranked: readonly RankedTemplate[]): Ranked[] =>
  ranked.map(({ templateId, score }, k) => ({ rank: k + 1, templateId, score }))

/** As `withRanks`, with both parts of every score. */
export const withParts = (fused: readonly Fused[]): Ranked[] =>
  fused.map(({ templateId, score, cosine, second }, k) => ({
    rank: k + 1,
    templateId,
    score,
    parts: { cosine, second },
  }))
