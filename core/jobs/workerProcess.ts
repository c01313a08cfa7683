// One worker process seen from the main process: sends calls, matches answers, cancels, and fails all of them at its end.
import { fromErrorFrame, UserFacingError } from '../contract/errors.ts'
import { workerEntry, type ChildFactory } from './child.ts'
import type { FromWorker, Needed, Progress, ToWorker, WorkerCallName } from './protocol.ts'

export interface WorkerOptions {
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((value: Progress) => void) | undefined
}
export interface WorkerProcess {
  /** @throws NeedError, UserFacingError; 'unavailable' where the process ends first (see isCrash) */
  ask(name: WorkerCallName, input: unknown, options?: WorkerOptions): Promise<unknown>
  /** Ends it and waits until it is gone. */
  end(): Promise<void>
}
/** The worker lacks an image's bytes, a gallery or a package: send it and ask again. */
export class NeedError extends Error {
  readonly needed: Needed
  constructor(needed: Needed) {
    super(`the worker needs the ${needed.what}`)
    this.needed = needed
  }
}
class Ended extends Error {}
/** True for the error of a call whose process ended while it ran. */
export const isCrash = (error: unknown): boolean => error instanceof UserFacingError && error.cause instanceof Ended

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
  readonly progress: ((value: Progress) => void) | undefined
}

/**
 * @param onEnd the process is gone; its calls are rejected right after
 * @param log where defects in the worker go, with their detail
 */
export function startProcess(
  childFactory: ChildFactory,
  onEnd: (reason: string) => void,
  log: (message: string) => void,
): WorkerProcess {
  const child = childFactory(workerEntry)
  const pending = new Map<number, Pending>()
  const send = (message: ToWorker): void => child.send(message)
  let lastId = 0
  let gone = false
  let ending = false
  const whenGone = Promise.withResolvers<void>()

  const endedError = (reason: string): UserFacingError =>
    new UserFacingError(
      'unavailable',
      ending
        ? 'The image process was closed.'
        : `The image process stopped unexpectedly (${reason}); a new one starts with the next request.`,
      { cause: new Ended(reason) },
    )
  child.onExit((reason) => {
    gone = true
    onEnd(reason)
    for (const call of pending.values()) call.reject(endedError(reason))
    pending.clear()
    whenGone.resolve()
  })
  child.onMessage((raw) => {
    const message = raw as FromWorker
    const call = pending.get(message.id)
    if (!call) return
    if (message.kind === 'progress') return call.progress?.(message.value)
    pending.delete(message.id)
    if (message.kind === 'result') return call.resolve(message.value)
    if (message.kind === 'need') return call.reject(new NeedError(message))
    if (message.detail !== undefined) log(message.detail)
    call.reject(fromErrorFrame(message.error))
  })

  return {
    async ask(name, input, { signal, progress } = {}) {
      signal?.throwIfAborted()
      if (gone) throw endedError('it had ended')
      const id = ++lastId
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const cancel = (): void => {
        if (!pending.delete(id)) return
        send({ kind: 'cancel', id })
        reject(signal!.reason)
      }
      signal?.addEventListener('abort', cancel, { once: true })
      pending.set(id, { resolve, reject, progress })
      send({ kind: 'call', id, name, input })
      try {
        return await promise
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    async end() {
      if (gone) return
      ending = true
      child.kill()
      await whenGone.promise
    },
  }
}
