// The demonstration case: built from six group photographs, so that there is something to look at on the first day.
import type { CallOutput } from '../contract/index.ts'
import type { JobRun } from '../jobs/queue.ts'
import type { Actor } from '../store/index.ts'
import type { Services } from './context.ts'

export function createDemo(services: Services, actor: Actor): CallOutput<'demo.create'> {
  throw new Error(`not yet: ${services.version} ${actor.account}`)
}
export function runDemo(services: Services, run: JobRun): Promise<string> {
  throw new Error(`not yet: ${services.version} ${run.jobId}`)
}
