// Finding faces in evidence: a queue of images, one at a time, with the state of each.
import { SvelteMap } from 'svelte/reactivity'
import type { Via } from '../../../core/contract/index.ts'
import { describeError } from './describeError.ts'
import type { Workbench } from './workbench.svelte.ts'

export type DetectionState =
  | { readonly kind: 'queued' }
  | {
      readonly kind: 'running'
      readonly stage: 'detecting' | 'embedding'
      readonly done: number
      readonly total: number
    }
  | { readonly kind: 'failed'; readonly message: string }

export class Detection {
  readonly #w: Workbench
  readonly states = new SvelteMap<number, DetectionState>()
  #queue: { id: number; via: Via }[] = []
  #abort: AbortController | null = null

  constructor(w: Workbench) {
    this.#w = w
  }
  get busy(): boolean {
    return [...this.states.values()].some((s) => s.kind !== 'failed')
  }
  enqueue(id: number, via: Via): void {
    const state = this.states.get(id)
    if (state && state.kind !== 'failed') return
    this.states.set(id, { kind: 'queued' })
    this.#queue.push({ id, via })
    if (!this.#abort) void this.#work()
  }
  cancel(): void {
    for (const { id } of this.#queue) this.states.delete(id)
    this.#queue = []
    this.#abort?.abort()
  }
  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.#abort = new AbortController()
      await this.#detect(next.id, next.via, this.#abort.signal)
    }
    this.#abort = null
    void this.#w.cases.refresh()
  }
  async #detect(id: number, via: Via, signal: AbortSignal): Promise<void> {
    this.states.set(id, { kind: 'running', stage: 'detecting', done: 0, total: 0 })
    try {
      const onProgress = (p: { stage: 'detecting' | 'embedding'; done: number; total: number }) =>
        void this.states.set(id, { kind: 'running', ...p })
      const { probes } = await this.#w.client.call('probes.detect', { evidenceId: id }, { via, signal, onProgress })
      await Promise.all([this.#w.evidence.refresh(), this.#w.probes.refresh()])
      this.states.delete(id)
      this.#show(id, probes[0]?.id ?? null)
    } catch (thrown) {
      const told = describeError(thrown)
      if (told) this.states.set(id, { kind: 'failed', message: told.message })
      else this.states.delete(id)
    }
  }
  /** The first face of the image in sight is chosen, unless the person has chosen one meanwhile. */
  #show(evidenceId: number, probeId: number | null): void {
    if (this.#w.selection.evidenceId !== evidenceId || probeId === null) return
    if (this.#w.probes.selected?.evidenceId !== evidenceId) void this.#w.selectProbe(probeId)
  }
}
