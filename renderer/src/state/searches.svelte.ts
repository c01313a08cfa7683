// Searches: running one while its candidates arrive, the history of a probe, showing and replaying a record.
import type { CallOutput, Via } from '../../../core/contract/index.ts'
import type { Candidate, Search } from '../../../core/contract/searches.ts'
import { refresher } from './refresher.ts'
import type { Workbench } from './workbench.svelte.ts'

export interface Running {
  readonly probeId: number
  readonly galleryId: number
  readonly stage: 'comparing' | 'second'
  readonly done: number
  readonly total: number
  readonly candidates: readonly Candidate[]
}
export interface Replay {
  readonly searchId: number
  readonly result: CallOutput<'searches.replay'>
}

export class Searches {
  readonly #w: Workbench
  /** All searches of the case, newest first. */
  history = $state.raw<readonly Search[]>([])
  running = $state.raw<Running | null>(null)
  /** The record whose candidates are on the screen. */
  shown = $state.raw<CallOutput<'searches.get'> | null>(null)
  replay = $state.raw<Replay | null>(null)
  replaying = $state(false)
  #abort: AbortController | null = null
  readonly refresh: () => Promise<void>

  readonly ofProbe = $derived.by(() => this.history.filter((s) => s.probeId === this.#w.selection.probeId))
  readonly runningHere = $derived.by(() => (this.running?.probeId === this.#w.selection.probeId ? this.running : null))
  readonly candidates = $derived<readonly Candidate[]>(this.runningHere?.candidates ?? this.shown?.candidates ?? [])
  readonly selected = $derived.by(() => this.candidates[this.#w.selection.candidate ?? -1] ?? null)

  constructor(w: Workbench) {
    this.#w = w
    this.refresh = refresher(async () => {
      const caseId = w.selection.caseId
      const list = caseId === null ? [] : await w.client.call('searches.list', { caseId })
      if (caseId !== w.selection.caseId) return
      this.history = [...list].sort((a, b) => b.id - a.id)
    }, w.notices.error)
  }
  clear(): void {
    this.#abort?.abort()
    this.history = []
    this.shown = this.replay = null
  }
  async run(via: Via): Promise<void> {
    const { probeId, galleryId } = this.#w.selection
    if (probeId === null || galleryId === null) return
    this.#abort?.abort()
    const abort = (this.#abort = new AbortController())
    this.running = { probeId, galleryId, stage: 'comparing', done: 0, total: 0, candidates: [] }
    this.replay = null
    this.#w.selection.candidate = null
    try {
      const { top, perSubject } = this.#w.app.settings ?? {}
      const result = await this.#w.client.call(
        'searches.start',
        { probeId, galleryId, ...(top && { top }), ...(perSubject && { perSubject }) },
        {
          via,
          signal: abort.signal,
          onProgress: (p) => {
            if (this.#abort === abort) this.running = { probeId, galleryId, ...p }
          },
        },
      )
      if (this.#w.selection.probeId === probeId) this.#show(result)
      await this.refresh()
    } catch (thrown) {
      this.#w.notices.error(thrown)
    } finally {
      if (this.#abort === abort) {
        this.running = null
        this.#abort = null
      }
    }
  }
  cancel(): void {
    this.#abort?.abort()
  }
  /** Shows the latest search of the selected probe, or nothing. */
  async showLatest(): Promise<void> {
    const latest = this.ofProbe[0]
    if (latest) return this.show(latest.id)
    this.shown = this.replay = null
    this.#w.selection.candidate = null
  }
  async show(id: number): Promise<void> {
    if (this.shown?.search.id === id) return
    const { probeId } = this.#w.selection
    try {
      const result = await this.#w.client.call('searches.get', { id })
      if (this.#w.selection.probeId === probeId) this.#show(result)
    } catch (thrown) {
      this.#w.notices.error(thrown)
    }
  }
  async replayShown(via: Via): Promise<void> {
    const id = this.shown?.search.id
    if (id === undefined) return
    this.replaying = true
    try {
      const result = await this.#w.client.call('searches.replay', { id }, { via })
      if (this.shown?.search.id === id) this.replay = { searchId: id, result }
    } finally {
      this.replaying = false
    }
  }
  #show(result: CallOutput<'searches.get'>): void {
    this.shown = result
    this.replay = null
    this.#w.selection.candidate = result.candidates.length > 0 ? 0 : null
  }
}
