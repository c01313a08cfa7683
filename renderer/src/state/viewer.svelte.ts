// How the middle is looked at: alone, side by side or in turn; nearest or bicubic; grid; what is edited by hand.
import type { Box, FivePoints } from '../../../core/contract/common.ts'
import type { Via } from '../../../core/contract/index.ts'
import type { Probe } from '../../../core/contract/probes.ts'
import type { Workbench } from './workbench.svelte.ts'

export type CompareMode = 'probe' | 'side-by-side' | 'blink'

/** What the views in the middle can be told; the one that is shown sits here. */
export interface Zooming {
  zoomIn(): void
  zoomOut(): void
  fit(): void
}

export class Viewer {
  readonly #w: Workbench
  mode = $state<CompareMode>('side-by-side')
  interpolation = $state<'nearest' | 'bicubic'>('nearest')
  grid = $state(false)
  /** Box and points of the probe are being moved. */
  editing = $state(false)
  /** A face is being placed on the evidence image. */
  placing = $state(false)
  dirty = $state(false)
  view = $state.raw<Zooming | null>(null)
  /** How the edit or placing under way was asked for. */
  #via: Via = 'button'

  constructor(w: Workbench) {
    this.#w = w
  }
  edit(on: boolean, via: Via): void {
    if (on) this.#w.selection.stage = 'probe'
    this.editing = on
    this.#via = via
  }
  place(on: boolean, via: Via): void {
    if (on) this.#w.selection.stage = 'evidence'
    this.placing = on
    this.#via = via
  }
  compare(mode: CompareMode): void {
    this.#w.selection.stage = 'probe'
    this.mode = mode
  }
  /** Stores moved marks; a rejection stays with the edit, where it is shown. */
  readonly commit = (change: { box?: Box; points?: FivePoints }, probe: Probe): Promise<void> =>
    this.#w.probes.update(probe, change, this.#via)
  /** Stores a placed face. */
  readonly create = (face: { box: Box; points: FivePoints }, evidence: { id: number }): Promise<void> =>
    this.#w.probes.create(evidence.id, face.box, face.points, this.#via)
}
