// A ranking of a gallery: one exact scan, and where it is declared the second score for its best.
import type { SearchInference } from '../contract/searches.ts'
import { fuse } from '../matching/fuse.ts'
import { describeCandidates, type Actor, type Ranked } from '../store/index.ts'
import type { Candidate } from '../contract/searches.ts'
import type { Services } from './context.ts'
import { scanGallery, withParts, withRanks, type ScanRequest } from './scanGallery.ts'
import { secondScores } from './secondScore.ts'

export interface RankRequest extends Omit<ScanRequest, 'progress'> {
  /** Native side of the probe. */
  readonly side: number
  readonly second: SearchInference['second']
  progress?(stage: 'comparing' | 'second', done: number, total: number, best: () => Candidate[]): void
}

/** Candidates in one progress message; the result has all of them. */
const SHOWN_MEANWHILE = 50

/** @returns candidates, templates compared, templates that got a second score, and what compared them */
export async function rankGallery(
  services: Services,
  actor: Actor,
  { side, second, progress, ...request }: RankRequest,
): Promise<{ ranked: Ranked[]; count: number; second: number; device: string }> {
  const { top, perSubject, signal, galleryId, modelSha256, probe } = request
  const fused = second?.used ? second : null
  let best = (): Candidate[] => []
  const found = await scanGallery(services, {
    ...request,
    // Every image of a subject may turn out to be its best one.
    ...(fused ? { top: fused.limit, perSubject: 'all' } : {}),
    progress(done, total, ranked) {
      best = () => meanwhile(services, ranked, fused ? perSubject : 'all')
      progress?.('comparing', done, total, best)
    },
  })
  const { ranked, count, device } = found
  if (!fused) return { ranked: withRanks(ranked), count, second: 0, device }
  const scored = await secondScores(services, actor, {
    galleryId,
    modelSha256,
    probe,
    side,
    ranked,
    signal,
    progress: (done, total) => progress?.('second', done, total, best),
  })
  const both = fuse(scored, { weight: fused.weight, top, perSubject })
  return { ranked: withParts(both), count, second: scored.length, device }
}

/** Ranks so far. @param perSubject 'best' where the scan kept every image of a subject */
function meanwhile(
  { store }: Services,
  ranked: Parameters<typeof withRanks>[0],
  perSubject: ScanRequest['perSubject'],
): Candidate[] {
  if (perSubject === 'all') return describeCandidates(store, withRanks(ranked.slice(0, SHOWN_MEANWHILE)))
  const seen = new Set<number>()
  return describeCandidates(store, withRanks(ranked.slice(0, 4 * SHOWN_MEANWHILE)))
    .filter(({ subjectId }) => !seen.has(subjectId) && seen.add(subjectId))
    .slice(0, SHOWN_MEANWHILE)
    .map((candidate, k) => ({ ...candidate, rank: k + 1 }))
}
