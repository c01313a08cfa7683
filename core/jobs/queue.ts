// Runs jobs one after another: starts, stops, resumes, tells how far they are and how long they will take.
import { UserFacingError } from '../contract/errors.ts'
import type { Job } from '../contract/jobs.ts'
import { getJob, setJobState, type Actor, type Store } from '../store/index.ts'
import { createRate } from './rate.ts'
import type { DetectionOptions } from './protocol.ts'
import type { WorkerClient } from './workerClient.ts'

/** What a running job may use. */
export interface JobRun {
  readonly jobId: number
  readonly store: Store
  readonly worker: WorkerClient
  readonly signal: AbortSignal
  /** Who started or resumed it. */
  readonly actor: Actor
  readonly detection: DetectionOptions
  job(): Job
  /** To be called whenever items were settled. */
  changed(): void
}
/** @returns the sentence that stands with a job that is done */
export type Runner = (run: JobRun) => Promise<string>

export interface JobQueue {
  /** Puts a stored job into the queue. */
  start(jobId: number, actor: Actor): void
  /** The job as stored, with the time left where it runs. */
  get(jobId: number): Job
  /** Stops a job where it is; it can be resumed. @throws UserFacingError 'conflict' where it has ended */
  cancel(jobId: number, actor: Actor): Job
  /** @throws UserFacingError 'conflict' where it is not paused */
  resume(jobId: number, actor: Actor): Job
  /** Until the job is done, failed or paused. Aborting ends the waiting, not the job. */
  wait(jobId: number, signal: AbortSignal, progress: (job: Job) => void): Promise<Job>
  /** Stops the running job and waits for it; it stays resumable. */
  close(): Promise<void>
}

export interface QueueOptions {
  readonly store: Store
  readonly worker: WorkerClient
  readonly runners: Readonly<Record<Job['kind'], Runner>>
  detection(): DetectionOptions
  emit(job: Job): void
  /** Where defects go. */
  log(message: string, error: unknown): void
}

/** At most this often a running job tells how far it is. */
const TELL_MS = 200
export const CLOSING = 'Vestige was closed; resume the job to go on where it stopped.'
export const STOPPED = 'Stopped; resume the job to go on where it stopped.'

interface Running {
  readonly jobId: number
  readonly stop: AbortController
  readonly rate: ReturnType<typeof createRate>
}

export function createQueue(options: QueueOptions): JobQueue {
  const { store, worker, runners, emit, log } = options
  const waiting: { jobId: number; actor: Actor }[] = []
  const listeners = new Set<(job: Job) => void>()
  let running: Running | null = null
  let current: Promise<void> = Promise.resolve()
  let closed = false

  const get = (jobId: number): Job => {
    const job = getJob(store, jobId)
    if (running?.jobId !== jobId || job.state.kind !== 'running') return job
    return { ...job, etaSeconds: running.rate.left(job.state.done, job.state.total) }
  }
  const tell = (jobId: number): void => {
    const job = get(jobId)
    emit(job)
    for (const listener of [...listeners]) listener(job)
  }

  async function run({ jobId, actor }: { jobId: number; actor: Actor }): Promise<void> {
    const stop = new AbortController()
    running = { jobId, stop, rate: createRate() }
    let told = 0
    try {
      setJobState(store, actor, jobId, { kind: 'running' })
      tell(jobId)
      const job = getJob(store, jobId)
      const summary = await runners[job.kind]({
        jobId,
        store,
        worker,
        actor,
        signal: stop.signal,
        detection: options.detection(),
        job: () => getJob(store, jobId),
        changed() {
          if (performance.now() - told < TELL_MS) return
          told = performance.now()
          tell(jobId)
        },
      })
      setJobState(store, actor, jobId, { kind: 'done', summary })
    } catch (error) {
      settle(jobId, actor, stop.signal, error)
    } finally {
      running = null
      tell(jobId)
    }
  }
  /** A job stops where it is for every reason but a defect: what is wrong can be put right, and the job resumed. */
  function settle(jobId: number, actor: Actor, signal: AbortSignal, error: unknown): void {
    try {
      if (signal.aborted) setJobState(store, actor, jobId, { kind: 'paused', reason: signal.reason as string })
      else if (error instanceof UserFacingError)
        setJobState(store, actor, jobId, { kind: 'paused', reason: error.message })
      else {
        log(`job ${jobId} failed`, error)
        const message =
          'Something failed inside the application. The log has the details; what was done so far is kept.'
        setJobState(store, actor, jobId, { kind: 'failed', message })
      }
    } catch (second) {
      // A full disk or a closed store: the next opening pauses the job.
      log(`the state of job ${jobId} could not be kept`, second)
    }
  }
  function next(): void {
    if (running || closed) return
    const first = waiting.shift()
    if (!first) return
    current = run(first).then(next, (error: unknown) => {
      log(`job ${first.jobId}`, error)
      next()
    })
  }

  return {
    get,
    start(jobId, actor) {
      waiting.push({ jobId, actor })
      next()
    },
    cancel(jobId, actor) {
      const job = get(jobId)
      if (job.state.kind === 'paused' || job.state.kind === 'cancelling') return job
      if (running?.jobId === jobId) {
        setJobState(store, actor, jobId, { kind: 'cancelling' })
        running.stop.abort(STOPPED)
      } else {
        const at = waiting.findIndex((entry) => entry.jobId === jobId)
        if (at >= 0) waiting.splice(at, 1)
        setJobState(store, actor, jobId, { kind: 'paused', reason: STOPPED })
      }
      tell(jobId)
      return get(jobId)
    },
    resume(jobId, actor) {
      const job = get(jobId)
      if (job.state.kind !== 'paused')
        throw new UserFacingError('conflict', `The job "${job.title}" is not paused; there is nothing to resume.`)
      setJobState(store, actor, jobId, { kind: 'queued' })
      this.start(jobId, actor)
      return get(jobId)
    },
    wait(jobId, signal, progress) {
      return new Promise((resolve, reject) => {
        const end = (): void => {
          listeners.delete(listener)
          signal.removeEventListener('abort', aborted)
        }
        const listener = (job: Job): void => {
          if (job.id !== jobId) return
          if (!['done', 'failed', 'paused'].includes(job.state.kind)) return progress(job)
          end()
          resolve(job)
        }
        const aborted = (): void => {
          end()
          reject(signal.reason as Error)
        }
        if (signal.aborted) return aborted()
        signal.addEventListener('abort', aborted, { once: true })
        listeners.add(listener)
        listener(get(jobId))
      })
    },
    async close() {
      closed = true
      running?.stop.abort(CLOSING)
      await current
    },
  }
}
