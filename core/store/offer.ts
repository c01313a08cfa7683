// Tells an existing store once that a better recogniser was installed: it keeps its own until the person chooses.
import { z } from 'zod'
import { readSetting, writeSetting } from './settingRows.ts'
import type { Actor, Store } from './store.ts'

const NAME = 'offeredRecogniser'
const Offer = z.object({ hash: z.string(), open: z.boolean() })
const read = (store: Store): z.infer<typeof Offer> | null => Offer.safeParse(readSetting(store, NAME)).data ?? null

/** Hash of the package that is offered, or null. */
export function offeredRecogniser(store: Store): string | null {
  const offer = read(store)
  return offer?.open ? offer.hash : null
}

/** Once per package: one that was offered before is not offered again. */
export function offerRecogniser(store: Store, actor: Actor, hash: string): void {
  if (read(store)?.hash === hash) return
  store.write(actor, (audit) => writeSetting(store, audit, NAME, { hash, open: true }))
}

/** The person has chosen, one way or the other; nothing happens where nothing was offered. */
export function settleOffer(store: Store, actor: Actor): void {
  const offer = read(store)
  if (offer?.open) store.write(actor, (audit) => writeSetting(store, audit, NAME, { ...offer, open: false }))
}
