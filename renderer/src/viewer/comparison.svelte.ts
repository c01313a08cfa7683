// A probe and a candidate under one camera: which pictures are loaded, how they lie on each other, what each view draws.
import { untrack } from 'svelte'
import type { Evidence } from '../../../core/contract/evidence.ts'
import type { Probe } from '../../../core/contract/probes.ts'
import type { Candidate } from '../../../core/contract/searches.ts'
import { Camera } from './camera.svelte.ts'
import type { View } from './camera.ts'
import { askCandidate, askProbe, type Asks } from './deliver.ts'
import { grown, hull } from './marks.ts'
import type { Layer } from './picture.ts'
import { PictureSlot } from './pictureSlot.svelte.ts'
import { byBox, onEyes, upright, type Registration } from './register.ts'
import { FIRST_MARGIN, probeRequest, type Interpolation, type Space } from './requests.ts'

export type Mode = 'side-by-side' | 'blink' | 'probe'
export interface Compared {
  readonly client: Asks
  readonly probe: Probe | null
  readonly candidate: Candidate | null
  readonly evidence: Evidence | null
  readonly mode: Mode
  readonly interpolation: Interpolation
  /** Chosen by the person; blinking may need the aligned chips nevertheless. */
  readonly space: Space
}

/** Room around a face whose marks are edited, in parts of it. */
const NEAR_MARGIN = 0.15
/** Waiting before a finer picture is asked for while the zoom still changes, in ms. */
const SETTLE = 90

export class Comparison {
  readonly probe = new PictureSlot()
  readonly candidate = new PictureSlot()
  /** Whether marks are edited: the face is then brought as near as it goes. */
  near = $state(false)
  /** Size of the probe's view; null until it is on the screen. */
  view: View | null = $state.raw(null)
  #cameras = { original: new Camera(), aligned: new Camera() }
  #now: () => Compared
  /** The candidate's face came without points: blinking then shows the aligned chips, which are registered by nature. */
  #pointless = $state(false)
  readonly space: Space = $derived.by(() => {
    const { mode, space } = this.#now()
    return mode === 'blink' && this.#pointless ? 'aligned' : space
  })
  readonly camera: Camera = $derived(this.#cameras[this.space])
  readonly over: Registration | null = $derived.by(() => this.#registration())

  constructor(now: () => Compared) {
    this.#now = now
    $effect(() => this.#loadProbe())
    $effect(() => this.#loadCandidate())
    $effect(() => this.#fitAnew())
    $effect(() => () => {
      this.probe.clear()
      this.candidate.clear()
    })
  }

  layer(which: 'probe' | 'candidate', opacity = 1): Layer[] {
    const picture = this[which].picture
    const smooth = this.#now().interpolation === 'bicubic'
    return picture ? [{ picture, over: which === 'probe' ? null : this.over, opacity, smooth }] : []
  }

  /** Shows the whole face, with room around it; the chip as a whole. */
  fit = (): void => {
    const { probe } = this.#now()
    if (!this.view) return
    if (this.space === 'aligned') {
      const chip = this.probe.picture?.region
      if (chip) this.camera.fit(chip, this.view, 0.02, chip)
    } else if (probe)
      this.camera.fit(hull(probe), this.view, this.near ? NEAR_MARGIN : FIRST_MARGIN, grown(probe.box, 2))
  }

  #loadProbe(): void {
    const { client, probe, evidence, interpolation } = this.#now()
    const space = this.space
    if (!probe || !this.view) return untrack(() => this.probe.clear())
    const request = probeRequest(probe, space, interpolation, this.camera.state.zoom * this.view.dpr)
    const subject = `${probe.id} ${space}`
    const key = JSON.stringify([subject, request, probe.box, probe.points, probe.label, evidence?.id])
    untrack(() => {
      if (key === this.#asked) return
      const finer = this.#asked !== null && subject === this.#subject
      this.#asked = key
      this.#subject = subject
      void this.probe.load(subject, async (signal) => {
        if (finer) await pause(SETTLE, signal)
        return askProbe(client, probe, evidence, request, signal)
      })
    })
  }
  #asked: string | null = null
  #subject: string | null = null

  #loadCandidate(): void {
    const { client, candidate, mode } = this.#now()
    const kind = this.space === 'aligned' ? 'aligned' : 'face'
    if (!candidate || mode === 'probe') {
      this.#askedCandidate = null
      return untrack(() => this.candidate.clear())
    }
    const subject = `${candidate.imageId} ${candidate.rank} ${kind}`
    untrack(() => {
      if (subject === this.#askedCandidate) return
      this.#askedCandidate = subject
      void this.candidate.load(subject, async (signal) => {
        const delivered = await askCandidate(client, candidate, kind, signal)
        if (kind === 'face' && !signal.aborted) this.#pointless = !delivered.points
        return delivered
      })
    })
  }
  #askedCandidate: string | null = null

  /** Another face, or another space, begins fitted; another size of the view fits again only what nobody has moved. */
  #fitAnew(): void {
    const { probe } = this.#now()
    void this.near
    const chip = this.space === 'aligned' ? this.probe.picture?.surface.width : 0
    const shown = probe && this.view ? `${probe.id} ${this.space} ${chip}` : null
    untrack(() => {
      if (shown !== null && (shown !== this.#fittedFor || this.camera.fitted)) this.fit()
      if (shown !== null) this.#fittedFor = shown
    })
  }
  #fittedFor: string | null = null

  #registration(): Registration | null {
    const { probe, mode } = this.#now()
    const [ours, theirs] = [this.probe.picture, this.candidate.picture]
    if (!probe || !theirs) return null
    if (this.space === 'aligned') return ours ? byBox(theirs.region, ours.region, 0) : null
    const points = theirs.points && (mode === 'blink' ? onEyes : upright)(theirs.points, probe.points)
    return points || byBox(theirs.region, probe.box, FIRST_MARGIN)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new DOMException('The call was cancelled.', 'AbortError'))
    })
  })
}
