// The application itself: what runs where, the settings, the demonstration case.
import type { AppStatus, Settings } from '../../../core/contract/app.ts'
import { UserFacingError } from '../../../core/contract/errors.ts'
import type { CallArgs, CallProgress, Via } from '../../../core/contract/index.ts'
import type { Job } from '../../../core/contract/jobs.ts'
import { refresher } from './refresher.ts'
import type { Workbench } from './workbench.svelte.ts'

export class AppState {
  readonly #w: Workbench
  status = $state.raw<AppStatus | null>(null)
  settings = $state.raw<Settings | null>(null)
  demo = $state.raw<CallProgress<'demo.create'> | null>(null)
  #abort: AbortController | null = null
  #job: Job | null = null
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
  /** Builds the demonstration case where it is not there yet, and opens it once it is ready. */
  async openDemo(via: Via): Promise<void> {
    if (this.demo) return
    const abort = (this.#abort = new AbortController())
    this.demo = { done: 0, total: 0, note: 'Preparing the photographs' }
    const { client, jobs } = this.#w
    try {
      const made = await client.call(
        'demo.create',
        {},
        { via, signal: abort.signal, onProgress: (p) => (this.demo = p) },
      )
      this.#job = made.job
      if (made.job) {
        jobs.put(made.job)
        const onProgress = (job: Job) => this.#follow(job)
        const ended = await client.call('jobs.wait', { id: made.job.id }, { signal: abort.signal, onProgress })
        jobs.put(ended)
        if (ended.state.kind === 'paused')
          this.#w.notices.info(`The demonstration case is unfinished: ${ended.state.reason}`)
        if (ended.state.kind === 'failed') throw new UserFacingError('internal', ended.state.message)
      }
      await Promise.all([this.#w.cases.refresh(), this.#w.galleries.refresh(), this.refresh()])
      this.#w.galleries.choose(made.galleryId)
      await this.#w.openCase(made.caseId)
    } catch (thrown) {
      this.#w.notices.error(thrown)
      await Promise.all([this.#w.cases.refresh(), this.#w.galleries.refresh()])
    } finally {
      this.demo = this.#job = this.#abort = null
    }
  }
  async cancelDemo(): Promise<void> {
    const job = this.#job
    if (job) await this.#w.jobs.cancel(job, 'button')
    this.#abort?.abort()
  }
  #follow({ state }: Job): void {
    if (state.kind === 'running') this.demo = { done: state.done, total: state.total, note: state.note }
  }
}
