// Jobs: watched, stopped and resumed.
import type { Handlers } from '../contract/index.ts'
import type { jobCalls } from '../contract/jobs.ts'
import { listJobs } from '../store/index.ts'
import { actorOf, type Services } from './context.ts'

export function jobHandlers(services: Services): Handlers<keyof typeof jobCalls> {
  const { store, queue } = services
  return {
    'jobs.list': ({ active }) => listJobs(store, { active }).map((job) => queue.get(job.id)),
    'jobs.get': ({ id }) => queue.get(id),
    'jobs.wait': ({ id }, { signal, progress }) => queue.wait(id, signal, progress),
    'jobs.cancel': ({ id }, context) => queue.cancel(id, actorOf(services, 'jobs.cancel', context)),
    'jobs.resume': ({ id }, context) => queue.resume(id, actorOf(services, 'jobs.resume', context)),
  }
}
