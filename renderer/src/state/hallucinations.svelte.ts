// Hallucinated faces of the open case: making them, the list of a probe, which picture is looked at, saving, discarding.
import type { Hallucination } from '../../../core/contract/hallucinations.ts'
import type { Via } from '../../../core/contract/index.ts'
import { saveFile } from '../files/save.ts'
import { FIRST_SHOWN, partOf, stepped, toggled, type Overlay, type ShownFace } from '../viewer/shownFace.ts'
import { describeError } from './describeError.ts'
import { refresher } from './refresher.ts'
import { SyntheticPictures } from './syntheticPictures.ts'
import { nextSeed, SAMPLES, type Wish } from './wish.ts'
import type { Workbench } from './workbench.svelte.ts'

export interface Making {
  readonly probeId: number
  readonly done: number
  readonly total: number
}

export class Hallucinations {
  readonly #w: Workbench
  readonly pictures: SyntheticPictures
  /** All of the case, newest first. */
  list = $state.raw<readonly Hallucination[]>([])
  making = $state.raw<Making | null>(null)
  /** Why the last one could not be made, in the host's words. */
  failure = $state.raw<{ readonly probeId: number; readonly message: string } | null>(null)
  samples = $state<number | null>(SAMPLES.usual)
  /** Chosen by the person for the next one; undefined: the first that this probe was not given yet. */
  chosenSeed = $state<number | null | undefined>(undefined)
  #chosen = $state.raw<number | null>(null)
  #looked = $state.raw<{ readonly id: number; readonly shown: ShownFace } | null>(null)
  #abort: AbortController | null = null
  readonly refresh: () => Promise<void>

  readonly ofProbe = $derived.by(() => this.list.filter((h) => h.probeId === this.#w.selection.probeId))
  readonly current = $derived(this.ofProbe.find((h) => h.id === this.#chosen) ?? this.ofProbe[0] ?? null)
  /** What of the current one is looked at; another one begins with its first sample. */
  readonly shown: ShownFace = $derived(
    this.#looked && this.#looked.id === this.current?.id ? this.#looked.shown : FIRST_SHOWN,
  )
  readonly makingHere = $derived.by(() => (this.making?.probeId === this.#w.selection.probeId ? this.making : null))
  readonly failureHere = $derived.by(() =>
    this.failure?.probeId === this.#w.selection.probeId ? this.failure.message : null,
  )
  readonly wish: Wish = $derived({
    samples: this.samples,
    seed: this.chosenSeed === undefined ? nextSeed(this.ofProbe) : this.chosenSeed,
  })

  constructor(w: Workbench) {
    this.#w = w
    this.pictures = new SyntheticPictures(w.client)
    this.refresh = refresher(async () => {
      const { caseId } = w.selection
      const list = caseId === null ? [] : await w.client.call('hallucinations.list', { caseId })
      if (caseId === w.selection.caseId) this.list = [...list].sort((a, b) => b.id - a.id)
    }, w.notices.error)
  }
  clear(): void {
    this.#abort?.abort()
    this.list = []
    this.failure = null
  }
  /** Makes up faces for the selected probe; a failure is told where they would stand. */
  async make(via: Via): Promise<void> {
    const { probeId } = this.#w.selection
    const { samples, seed } = this.wish
    if (probeId === null || samples === null || seed === null || this.making) return
    const abort = (this.#abort = new AbortController())
    this.making = { probeId, done: 0, total: 0 }
    this.failure = null
    try {
      const onProgress = (p: { done: number; total: number }) => (this.making = { probeId, ...p })
      const made = await this.#w.client.call(
        'hallucinations.create',
        { probeId, samples, seed },
        { via, signal: abort.signal, onProgress },
      )
      await this.refresh()
      this.chosenSeed = undefined
      this.choose(made.id)
    } catch (thrown) {
      const told = describeError(thrown)
      if (told) this.failure = { probeId, message: told.message }
    } finally {
      this.making = this.#abort = null
    }
  }
  cancel(): void {
    this.#abort?.abort()
  }
  choose(id: number): void {
    this.#chosen = id
  }
  look(shown: ShownFace): void {
    if (this.current) this.#looked = { id: this.current.id, shown }
  }
  step(by: 1 | -1): void {
    if (this.current) this.look(stepped(this.shown, by, this.current.samples))
  }
  toggle(overlay: Overlay): void {
    this.look(toggled(this.shown, overlay))
  }
  /** Hands out the marked PNG of the picture that is looked at. */
  async save(via: Via): Promise<void> {
    const { current } = this
    if (!current) return
    const { fileName, png } = await this.#w.client.call(
      'hallucinations.export',
      { id: current.id, ...partOf(this.shown, current.samples) },
      { via },
    )
    saveFile(fileName, png as Uint8Array<ArrayBuffer>, 'image/png')
  }
  async discard(id: number, via: Via): Promise<void> {
    await this.#w.client.call('hallucinations.discard', { id }, { via })
    await this.refresh()
  }
}
