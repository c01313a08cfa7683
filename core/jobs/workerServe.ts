// The worker's end of the protocol: runs calls, passes progress on, cancels, and never lets an error end the process.
import { toErrorFrame, UserFacingError } from '../contract/errors.ts'
import type { FromWorker, Needed, Progress, ToWorker, WorkerCallName, WorkerCalls } from './protocol.ts'

export interface CallTools {
  readonly signal: AbortSignal
  progress(value: Progress): void
}
export type WorkerHandlers = {
  readonly [K in WorkerCallName]: (
    input: WorkerCalls[K]['in'],
    tools: CallTools,
  ) => Promise<WorkerCalls[K]['out']> | WorkerCalls[K]['out']
}
/** Thrown by a handler that lacks something the main process can send. */
export class Need extends Error {
  readonly needed: Needed
  constructor(needed: Needed) {
    super(`send the ${needed.what}`)
    this.needed = needed
  }
}

export interface WorkerPort {
  send(message: FromWorker): void
  onMessage(listener: (message: ToWorker) => void): void
}

/** Answers calls until the process ends. */
export function serveWorker(port: WorkerPort, handlers: WorkerHandlers): void {
  const running = new Map<number, AbortController>()
  port.onMessage((message) => {
    if (message.kind === 'cancel') running.get(message.id)?.abort()
    else void run(message.id, message.name, message.input)
  })

  async function run(id: number, name: WorkerCallName, input: unknown): Promise<void> {
    const stop = new AbortController()
    running.set(id, stop)
    const tools: CallTools = {
      signal: stop.signal,
      progress: (value) => stop.signal.aborted || port.send({ kind: 'progress', id, value }),
    }
    try {
      const handler = handlers[name] as (input: unknown, tools: CallTools) => unknown
      port.send({ kind: 'result', id, value: await handler(input, tools) })
    } catch (thrown) {
      if (thrown instanceof Need) port.send({ kind: 'need', id, ...thrown.needed })
      else port.send({ kind: 'error', id, error: toErrorFrame(thrown), ...detail(thrown) })
    } finally {
      running.delete(id)
    }
  }
}

/** What the log of the main process should say about a defect. */
const detail = (thrown: unknown): { detail?: string } =>
  thrown instanceof UserFacingError || !(thrown instanceof Error) ? {} : { detail: thrown.stack ?? thrown.message }
