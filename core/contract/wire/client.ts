// The asking end of the wire: typed calls with progress and cancelling, and events.
import type { z } from 'zod'
import { fromErrorFrame, UserFacingError } from '../errors.ts'
import {
  contract,
  contractEvents,
  type CallArgs,
  type CallName,
  type CallOutput,
  type CallProgress,
  type EventName,
  type EventValue,
  type Via,
} from '../index.ts'
import { ReplyFrame } from './frames.ts'
import type { Transport } from './transport.ts'

export interface CallOptions<N extends CallName> {
  /** Aborting cancels the call in the host; the promise rejects with an AbortError. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((value: CallProgress<N>) => void) | undefined
  /** How the person asked for it; the audit chain keeps it. Default 'button'. */
  readonly via?: Via | undefined
}

export interface Client {
  /** @throws UserFacingError from the host; AbortError when the signal fires; 'unavailable' when the host is gone. */
  call<N extends CallName>(name: N, args: CallArgs<N>, options?: CallOptions<N>): Promise<CallOutput<N>>
  /** @returns a function that ends the listening. */
  listen<E extends EventName>(event: E, listener: (value: EventValue<E>) => void): () => void
  /** Called once, when the host is gone; at once if it is gone already. */
  onClose(listener: () => void): void
  close(): void
}

interface Open {
  readonly result: (value: unknown) => void
  readonly fail: (error: unknown) => void
  readonly progress: (value: unknown) => void
}

/** A client over a transport; whatever the host answers is checked against the contract before anybody sees it. */
export function createClient(transport: Transport): Client {
  const open = new Map<number, Open>()
  const listens = new Map<number, (value: unknown) => void>()
  const closers: (() => void)[] = []
  let nextId = 1
  let gone = false

  transport.onFrame((raw) => {
    const parsed = ReplyFrame.safeParse(raw)
    if (!parsed.success) return
    const frame = parsed.data
    if (frame.kind === 'event') return listens.get(frame.id)?.(frame.value)
    const call = open.get(frame.id)
    if (frame.kind === 'result') call?.result(frame.value)
    else if (frame.kind === 'error') call?.fail(fromErrorFrame(frame.error))
    else call?.progress(frame.value)
  })
  transport.onClose(() => {
    if (gone) return
    gone = true
    for (const call of [...open.values()]) call.fail(hostGone())
    for (const listener of closers) listener()
  })

  return {
    call(name, args, options = {}) {
      const { signal, onProgress, via = 'button' } = options
      if (gone) return Promise.reject(hostGone())
      if (signal?.aborted) return Promise.reject(abortError())
      const spec: { out: z.ZodType; progress?: z.ZodType } = contract[name]
      const id = nextId++
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          open.delete(id)
          signal?.removeEventListener('abort', abort)
          settle()
        }
        const abort = () => {
          transport.send({ kind: 'cancel', id })
          end(() => reject(abortError()))
        }
        const checked = (schema: z.ZodType, value: unknown, use: (good: unknown) => void) => {
          const parsed = schema.safeParse(value)
          if (parsed.success) use(parsed.data)
          else end(() => reject(outsideContract(name)))
        }
        open.set(id, {
          result: (value) => checked(spec.out, value, (good) => end(() => resolve(good as never))),
          fail: (error) => end(() => reject(error as Error)),
          progress: (value) => {
            if (spec.progress && onProgress) checked(spec.progress, value, (good) => onProgress(good as never))
          },
        })
        signal?.addEventListener('abort', abort, { once: true })
        try {
          transport.send({ kind: 'call', id, name, args, via })
        } catch (thrown) {
          end(() => reject(thrown as Error))
        }
      })
    },
    listen(event, listener) {
      const id = nextId++
      const schema: z.ZodType = contractEvents[event]
      listens.set(id, (value) => {
        const parsed = schema.safeParse(value)
        if (parsed.success) listener(parsed.data as never)
      })
      if (!gone) transport.send({ kind: 'listen', id, name: event })
      return () => {
        if (listens.delete(id) && !gone) transport.send({ kind: 'cancel', id })
      }
    },
    onClose(listener) {
      if (gone) listener()
      else closers.push(listener)
    },
    close: () => transport.close(),
  }
}

const hostGone = () =>
  new UserFacingError('unavailable', 'The connection to the application is lost: restart it; the case store is safe.')
const abortError = () => new DOMException('The call was cancelled.', 'AbortError')
const outsideContract = (name: string) =>
  new UserFacingError('internal', `The answer to ${name} does not fit the contract; report this with the log.`)
