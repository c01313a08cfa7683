// All services over one store and one worker, and the events they tell.
import path from 'node:path'
import { toErrorFrame } from '../contract/errors.ts'
import type { Handlers } from '../contract/index.ts'
import type { HostEvent, OnEvent } from '../contract/wire/frames.ts'
import { runEnrol } from '../jobs/enrol.ts'
import { createQueue } from '../jobs/queue.ts'
import { runReenrol } from '../jobs/reenrol.ts'
import type { WorkerClient } from '../jobs/workerClient.ts'
import { currentAccount, type Store } from '../store/index.ts'
import { appHandlers } from './app.ts'
import { auditHandlers } from './audit.ts'
import { caseHandlers } from './cases.ts'
import { comparisonHandlers } from './comparisons.ts'
import { combineHandlers } from './combine.ts'
import { changed, type Host, type Services } from './context.ts'
import { runDemo } from './demo.ts'
import { detectionOptions } from './detect.ts'
import { stagedInUse } from './enrolment.ts'
import { evidenceHandlers } from './evidence.ts'
import { galleryHandlers } from './galleries.ts'
import { hallucinationHandlers } from './hallucinations.ts'
import { jobHandlers } from './jobs.ts'
import { configurationOf, modelHandlers, registerPackages } from './models.ts'
import { probeHandlers } from './probes.ts'
import { searchHandlers } from './searches.ts'
import { createStaging } from './staging.ts'
import { createThumbnails } from './thumbnails.ts'

export interface ServiceOptions {
  readonly store: Store
  readonly worker: WorkerClient
  readonly host: Host
  readonly version: string
  /** Where defects go; default standard error. */
  readonly log?: (message: string, error: unknown) => void
}
export interface ServiceTable {
  readonly handlers: Handlers
  readonly onEvent: OnEvent
  /** Stops the running job (it stays resumable) and waits for it. The store and the worker are the caller's to close. */
  close(): Promise<void>
}

export function createServices({ store, worker, host, version, log = toStandardError }: ServiceOptions): ServiceTable {
  const listeners = new Set<(event: HostEvent) => void>()
  const emit = (event: HostEvent): void => {
    for (const listener of [...listeners]) listener(event)
  }
  const system = { account: currentAccount(store), via: 'system' as const, action: 'app.start' }
  const packageProblems = registerPackages(store, system)
  worker.configure(() => configurationOf(store))

  const staging = createStaging(path.join(store.folder, 'staged'))
  staging.sweep(stagedInUse({ store }))
  const queue = createQueue({
    store,
    worker,
    runners: {
      enrol: (run) => runEnrol(run, run.job().galleryId!),
      reenrol: runReenrol,
      demo: (run) => runDemo(services, run),
    },
    detection: () => detectionOptions({ store }),
    emit(job) {
      emit({ name: 'jobs.changed', value: job })
      changed({ emit }, 'galleries', job.galleryId)
      if (job.state.kind === 'done' || job.state.kind === 'failed') staging.sweep(stagedInUse({ store }))
    },
    log,
  })
  const services: Services = { store, worker, queue, host, version, emit, log }
  const stopWatching = worker.onState(() =>
    emit({ name: 'records.changed', value: { domain: 'device', id: null, caseId: null } }),
  )
  const thumbnails = createThumbnails(worker)
  return {
    handlers: combineHandlers(
      appHandlers(services, packageProblems),
      caseHandlers(services),
      evidenceHandlers(services, thumbnails),
      probeHandlers(services),
      galleryHandlers(services, staging, thumbnails),
      searchHandlers(services),
      comparisonHandlers(services),
      hallucinationHandlers(services),
      modelHandlers(services),
      jobHandlers(services),
      auditHandlers(services),
    ),
    onEvent(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      stopWatching()
      await queue.close()
    },
  }
}

const toStandardError = (message: string, error: unknown): void =>
  console.error(`vestige: ${message}:`, error ?? toErrorFrame(error))
