// Which picture of a hallucination is looked at: a sample, their mean or their spread, or what the network took the face for.
import type { CallArgs } from '../../../core/contract/index.ts'

/** Drawn over the mean of the samples. */
export type Overlay = 'landmarks' | 'parsing'
export interface ShownFace {
  /** Place in the strip: the samples, then their mean, then their spread. */
  readonly place: number
  /** Shown over the mean, whatever place was chosen before; that place is gone back to. */
  readonly overlay: Overlay | null
}
/** Part and index as the host is asked for them. */
export type SyntheticPart = Required<Pick<CallArgs<'hallucinations.export'>, 'part' | 'index'>>

/** A sample, not the mean: the mean of faces looks like a face that somebody has. */
export const FIRST_SHOWN: ShownFace = { place: 0, overlay: null }

export const placesOf = (samples: number): number => samples + 2
const meanPlace = (samples: number): number => samples

export const partAt = (place: number, samples: number): SyntheticPart =>
  place < samples
    ? { part: 'sample', index: place }
    : { part: place === meanPlace(samples) ? 'mean' : 'spread', index: 0 }
export const partOf = ({ place, overlay }: ShownFace, samples: number): SyntheticPart =>
  overlay ? { part: overlay, index: 0 } : partAt(place, samples)
/** The place in the strip that is shown as chosen: overlays lie over the mean. */
export const chosenPlace = ({ place, overlay }: ShownFace, samples: number): number =>
  overlay ? meanPlace(samples) : place

/** The next place, or the one before; at the ends it stays. */
export function stepped(shown: ShownFace, by: number, samples: number): ShownFace {
  const to = chosenPlace(shown, samples) + by
  return { place: Math.max(0, Math.min(placesOf(samples) - 1, to)), overlay: null }
}
export const toggled = (shown: ShownFace, overlay: Overlay): ShownFace => ({
  place: shown.place,
  overlay: shown.overlay === overlay ? null : overlay,
})

/** What a picture is called wherever there is room. */
export function partTitle({ part, index }: SyntheticPart, samples: number): string {
  if (part === 'sample') return `Sample ${index + 1} of ${samples}`
  if (part === 'landmarks') return 'Mean and landmarks'
  if (part === 'parsing') return 'Mean and parsing'
  return `${part === 'mean' ? 'Mean' : 'Spread'} of ${samples} samples`
}
/** What it is called under its tile. */
export const tileTitle = ({ part, index }: SyntheticPart): string =>
  part === 'sample' ? String(index + 1) : part === 'mean' ? 'Mean' : 'Spread'
