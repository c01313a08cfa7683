// Unsaved edits and faces, kept while another tab, image or probe is looked at: leaving a view loses no work.
import type { EditSession } from './edit.svelte.ts'

export interface Drafts {
  /** Edits by probe. */
  readonly edits: Map<number, EditSession>
  /** Faces that are being placed, by evidence. */
  readonly faces: Map<number, EditSession>
}

const kept = new WeakMap<object, Drafts>()

/** The drafts of one connection; views come and go, these stay as long as it does. */
export function draftsOf(client: object): Drafts {
  const known = kept.get(client)
  if (known) return known
  const fresh: Drafts = { edits: new Map(), faces: new Map() }
  kept.set(client, fresh)
  return fresh
}
