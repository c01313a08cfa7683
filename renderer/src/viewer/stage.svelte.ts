// The state of the evidence stage: one whole image under a camera, and the face that is being placed on it.
import { untrack } from 'svelte'
import type { Box } from '../../../core/contract/common.ts'
import type { Evidence } from '../../../core/contract/evidence.ts'
import { Camera } from './camera.svelte.ts'
import { visible, type CameraState, type View } from './camera.ts'
import { askEvidence, type Asks } from './deliver.ts'
import { editFrom } from './edit.ts'
import { draftsOf } from './drafts.ts'
import { EditSession } from './edit.svelte.ts'
import { onto } from './marks.ts'
import type { Layer } from './picture.ts'
import { PictureSlot } from './pictureSlot.svelte.ts'
import { sideFor } from './requests.ts'
import { BOX_ASPECT } from './seed.ts'
import { probePoint } from './units.ts'

/** Room left around a fresh box, in parts of it, so that it can still grow. */
const ROOM = 0.5
/** A box placed with the keyboard takes this part of the view's shorter side. */
const FIRST_BOX = 0.2

export class Stage {
  readonly slot = new PictureSlot()
  readonly camera = new Camera()
  view: View | null = $state.raw(null)
  /** The face being placed; null when none is. */
  session: EditSession | null = $state.raw(null)
  /** The box while it is drawn. */
  band: Box | null = $state.raw(null)
  #now: () => { client: Asks; evidence: Evidence | null }
  #before: CameraState | null = null
  #asked: { id: number; side: number } | null = null
  #fittedFor: number | null = null

  constructor(now: () => { client: Asks; evidence: Evidence | null }) {
    this.#now = now
    $effect(() => this.#load())
    $effect(() => this.#fitAnew())
    $effect(() => () => this.slot.clear())
  }

  get layers(): Layer[] {
    return this.slot.picture ? [{ picture: this.slot.picture, over: null, opacity: 1, smooth: false }] : []
  }
  /** The whole image in its native pixels. */
  get whole(): Box | null {
    const { evidence } = this.#now()
    return evidence && { x: 0, y: 0, width: evidence.facts.width, height: evidence.facts.height }
  }
  fit = (): void => {
    if (this.whole && this.view) this.camera.fit(this.whole, this.view, 0.01, this.whole, true)
  }
  /** Brings a face into view without changing the zoom; a face that is in view stays where it is. */
  reveal(box: Box): void {
    if (this.view) this.camera.reveal(probePoint(box.x + box.width / 2, box.y + box.height / 2), this.view)
  }

  /** Begins a face with this box, points at their mean places, and comes near enough to move them. */
  place(box: Box): void {
    const { client, evidence } = this.#now()
    if (!evidence || !this.whole) return
    const session = new EditSession(editFrom(onto(box, this.whole)))
    draftsOf(client).faces.set(evidence.id, session)
    this.#goOnWith(session)
  }
  #goOnWith(session: EditSession): void {
    this.session = session
    if (!this.view) return
    this.#before ??= this.camera.state
    this.camera.fit(session.marks.box, this.view, ROOM, this.whole)
  }
  /** Begins a face in the middle of the view: placing without a pointer. */
  placeInView(): void {
    if (!this.view) return
    const seen = visible(this.camera.state, this.view)
    const height = Math.max(8, Math.min(seen.width, seen.height) * FIRST_BOX)
    const width = height * BOX_ASPECT
    this.place({ x: seen.x + (seen.width - width) / 2, y: seen.y + (seen.height - height) / 2, width, height })
  }
  /** Ends placing, stored or not, and goes back to where the view was. */
  endPlacing(): void {
    draftsOf(this.#now().client).faces.clear()
    this.session = null
    this.band = null
    if (this.#before) this.camera.set(this.#before)
    this.#before = null
  }

  #load(): void {
    const { client, evidence } = this.#now()
    if (!evidence || !this.view) {
      this.#asked = null
      return untrack(() => this.slot.clear())
    }
    const wanted = sideFor(evidence.facts, this.camera.state.zoom * this.view.dpr)
    const known = this.#asked?.id === evidence.id ? this.#asked.side : 0
    // A finer picture is kept: going out again costs nothing, coming back would load twice.
    if (wanted <= known) return
    this.#asked = { id: evidence.id, side: wanted }
    untrack(() => void this.slot.load(String(evidence.id), (signal) => askEvidence(client, evidence, wanted, signal)))
  }
  #fitAnew(): void {
    const { client, evidence } = this.#now()
    if (!evidence || !this.view) return
    const another = evidence.id !== this.#fittedFor
    this.#fittedFor = evidence.id
    untrack(() => {
      if (another || (this.camera.fitted && !this.session)) this.fit()
      if (!another) return
      this.band = null
      this.#before = null
      const draft = draftsOf(client).faces.get(evidence.id)
      if (draft) this.#goOnWith(draft)
      else this.session = null
    })
  }
}
