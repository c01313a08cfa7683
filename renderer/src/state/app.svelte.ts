// The application itself: what runs where, the settings, the demonstration case.
import type { AppStatus, Settings } from '../../../core/contract/app.ts'
import type { CallArgs, CallProgress, Via } from '../../../core/contract/index.ts'
import { refresher } from './refresher.ts'
import type { Workbench } from './workbench.svelte.ts'

export class AppState {
  readonly #w: Workbench
  status = $state.raw<AppStatus | null>(null)
  settings = $state.raw<Settings | null>(null)
  demo = $state.raw<CallProgress<'demo.create'> | null>(null)
  #abort: AbortController | null = null
  readonly refresh: () => Promise<void>

  constructor(w: Workbench) {
    this.#w = w
    this.refresh = refresher(async () => {
      const [status, settings] = await Promise.all([w.client.call('app.status', {}), w.client.call('settings.get', {})])
      this.status = status
      this.settings = settings
    }, w.notices.error)
  }
  async set(change: CallArgs<'settings.set'>, via: Via): Promise<void> {
    this.settings = await this.#w.client.call('settings.set', change, { via })
    await this.refresh()
  }
  /** Builds the demonstration case where it is not there yet, and opens it. */
  async openDemo(via: Via): Promise<void> {
    if (this.demo) return
    const abort = (this.#abort = new AbortController())
    this.demo = { done: 0, total: 0, note: 'Preparing the photographs' }
    try {
      const { caseId, galleryId, job } = await this.#w.client.call(
        'demo.create',
        {},
        { via, signal: abort.signal, onProgress: (p) => (this.demo = p) },
      )
      if (job) this.#w.jobs.put(job)
      await Promise.all([this.#w.cases.refresh(), this.#w.galleries.refresh(), this.refresh()])
      this.#w.galleries.choose(galleryId)
      await this.#w.openCase(caseId)
    } catch (thrown) {
      this.#w.notices.error(thrown)
    } finally {
      this.demo = null
      this.#abort = null
    }
  }
  cancelDemo(): void {
    this.#abort?.abort()
  }
}
