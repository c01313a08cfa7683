// Runs a stored search again from its stored template and gallery version, and says whether it came out the same.
import type { CallOutput } from '../contract/index.ts'
import { describeCandidates, getSearch, getTemplate, type Actor } from '../store/index.ts'
import type { Services } from './context.ts'
import { rankGallery } from './rankGallery.ts'

/** Scores that differ by no more are the same score, on the same device. */
export const SAME_SCORE = 1e-6

export async function replay(
  services: Services,
  actor: Actor,
  searchId: number,
  signal: AbortSignal,
): Promise<CallOutput<'searches.replay'>> {
  const { store } = services
  const { search, candidates: before } = getSearch(store, searchId)
  const template = getTemplate(store, search.templateId)
  const { top, perSubject } = search.parameters
  const { ranked, device } = await rankGallery(services, actor, {
    galleryId: search.galleryId,
    version: search.galleryVersion,
    modelSha256: search.modelHash,
    probe: template.vector,
    top,
    perSubject,
    side: search.inference?.nativeSide ?? 0,
    second: search.inference?.second ?? null,
    signal,
  })
  const sameRanks =
    ranked.length === before.length && ranked.every(({ templateId }, k) => templateId === before[k]!.templateId)
  const scores = new Map(ranked.map(({ templateId, score }) => [templateId, score]))
  const maxScoreDelta = before.reduce((most, { templateId, score }) => {
    const now = scores.get(templateId)
    return now === undefined ? most : Math.max(most, Math.abs(now - score))
  }, 0)
  const sameDevice = device === search.device
  return {
    sameRanks,
    maxScoreDelta,
    device,
    sameDevice,
    note: noteOn(sameRanks, maxScoreDelta, sameDevice, search.device),
    candidates: describeCandidates(store, ranked),
  }
}

function noteOn(sameRanks: boolean, delta: number, sameDevice: boolean, device: string): string {
  const where = sameDevice ? 'on the same device' : `on another device (it was made on ${device})`
  if (!sameRanks) return `The ranks differ, ${where}: verify the audit chain, and compare the two lists.`
  if (delta > SAME_SCORE) return `The ranks are the same; scores differ by up to ${delta.toExponential(1)}, ${where}.`
  return `The same ranks and scores, ${where}.`
}
