// The packages of one comparison: which ones are wanted, where their networks lie, and which cannot be used, and why.
import { UserFacingError } from '../contract/errors.ts'
import { MOST_PACKAGES } from '../contract/comparisons.ts'
import type { ModelPackage } from '../contract/models.ts'
import { isCrash, type LoadPackage } from '../jobs/workerClient.ts'
import { findPackage, listPackages, loadNetworks } from '../models/packages.ts'
import { getModel, listModels, type Store } from '../store/index.ts'
import type { Services } from './context.ts'

/**
 * The one in use first, the others in the order in which they became known.
 * @param wanted hashes; absent: every recogniser that is not retired, the first eight
 * @throws UserFacingError 'not-found', 'wrong-model' (no recogniser), 'unavailable' (there is none)
 */
export function comparedModels(store: Store, wanted: readonly string[] | undefined): ModelPackage[] {
  const named = [...new Set(wanted)].map((hash) => getModel(store, hash))
  for (const { card } of named)
    if (card.role !== 'recogniser')
      throw new UserFacingError('wrong-model', `"${card.name}" is no recogniser, and only those rank a gallery.`, {
        subject: card.name,
      })
  const all = wanted
    ? named
    : listModels(store).filter(({ card }) => card.role === 'recogniser' && card.state !== 'retired')
  if (all.length === 0)
    throw new UserFacingError('unavailable', 'There is no recogniser to compare; import one in the list of models.')
  return all.toSorted((a, b) => Number(b.active) - Number(a.active)).slice(0, MOST_PACKAGES)
}

/** Reads a package's networks from disk, checked against their hashes. */
export const networksOf =
  ({ store }: Pick<Services, 'store'>): LoadPackage =>
  (hash) => {
    const found = findPackage(listPackages(store.folder).packages, hash)
    return { ...loadNetworks(found), card: found.card, hash }
  }

/** What keeps one package from ranking, as a sentence. @throws whatever concerns more than that package */
export function problemOf(error: unknown): string {
  if (!(error instanceof UserFacingError) || isCrash(error)) throw error
  if (['disk-full', 'store-damaged', 'store-locked', 'conflict', 'synthetic'].includes(error.code)) throw error
  return error.message
}

/** Opens and times each. @returns ms per template of a gallery face, or the sentence that says why it cannot be used */
export async function openCompared(
  { store, worker }: Services,
  models: readonly ModelPackage[],
  signal: AbortSignal,
): Promise<Map<string, number | string>> {
  const load = networksOf({ store })
  const opened = new Map<string, number | string>()
  for (const { hash } of models) {
    signal.throwIfAborted()
    opened.set(hash, await worker.timePackage(hash, load).catch(problemOf))
  }
  return opened
}
