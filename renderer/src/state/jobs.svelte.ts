// Jobs: what long work is under way, paused or over, kept up to date by the host's events.
import { SvelteMap } from 'svelte/reactivity'
import type { Via } from '../../../core/contract/index.ts'
import type { Job } from '../../../core/contract/jobs.ts'
import type { Workbench } from './workbench.svelte.ts'

export const isActive = (job: Job): boolean => ['queued', 'running', 'cancelling'].includes(job.state.kind)

export class Jobs {
  readonly #w: Workbench
  readonly #byId = new SvelteMap<number, Job>()
  /** Newest first. */
  readonly list = $derived([...this.#byId.values()].sort((a, b) => b.id - a.id))
  readonly active = $derived(this.list.filter(isActive))
  readonly paused = $derived(this.list.filter((j) => j.state.kind === 'paused'))

  constructor(w: Workbench) {
    this.#w = w
  }
  ofGallery(galleryId: number): Job[] {
    return this.list.filter((j) => j.galleryId === galleryId)
  }
  put(job: Job): void {
    const before = this.#byId.get(job.id)
    this.#byId.set(job.id, job)
    if (before && isActive(before) && !isActive(job)) this.#ended(job)
  }
  async refresh(): Promise<void> {
    try {
      for (const job of await this.#w.client.call('jobs.list', {})) this.#byId.set(job.id, job)
    } catch (thrown) {
      this.#w.notices.error(thrown)
    }
  }
  async cancel(job: Job, via: Via): Promise<void> {
    this.put(await this.#w.client.call('jobs.cancel', { id: job.id }, { via }))
  }
  async resume(job: Job, via: Via): Promise<void> {
    this.put(await this.#w.client.call('jobs.resume', { id: job.id }, { via }))
  }
  #ended(job: Job): void {
    const { state } = job
    if (state.kind === 'failed') this.#w.notices.error(new Error(`${job.title}: ${state.message}`))
    if (state.kind === 'done' && job.kind !== 'demo') this.#w.notices.info(`${job.title}: ${state.summary}`)
    void this.#w.galleries.refresh().then(() => this.#w.galleries.refreshContent())
  }
}
