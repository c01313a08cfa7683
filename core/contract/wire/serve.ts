// The answering end of the wire: runs calls for one connection, streams progress, cancels, sends events.
import { toErrorFrame, UserFacingError } from '../errors.ts'
import { contractEvents, type Handlers } from '../index.ts'
import { dispatchUnknown } from './dispatch.ts'
import { RequestFrame, type OnEvent, type ReplyFrame } from './frames.ts'
import type { Transport } from './transport.ts'

export interface ServeOptions {
  readonly handlers: Handlers
  readonly onEvent: OnEvent
  /** Where defects go, with their inner detail; default standard error. */
  readonly log?: ((message: string, thrown: unknown) => void) | undefined
}

/** More open calls than this on one connection are refused. */
const MAX_OPEN = 10_000

/** Serves one connection until it closes; closing aborts whatever still runs for it. A malformed frame closes it. */
export function serve(transport: Transport, { handlers, onEvent, log = toStandardError }: ServeOptions): void {
  const running = new Map<number, AbortController>()
  const listening = new Map<number, string>()
  const reply = (frame: ReplyFrame) => transport.send(frame)
  const stopEvents = onEvent((event) => {
    for (const [id, name] of listening) if (name === event.name) reply({ kind: 'event', id, value: event.value })
  })
  transport.onClose(() => {
    stopEvents()
    listening.clear()
    for (const call of running.values()) call.abort()
    running.clear()
  })
  transport.onFrame((raw) => {
    const parsed = RequestFrame.safeParse(raw)
    if (!parsed.success) return transport.close()
    const frame = parsed.data
    if (frame.kind === 'cancel') {
      listening.delete(frame.id)
      running.get(frame.id)?.abort()
      running.delete(frame.id)
    } else if (running.has(frame.id) || listening.has(frame.id)) transport.close()
    else if (running.size + listening.size >= MAX_OPEN) fail(frame.id, tooMany())
    else if (frame.kind === 'call') void run(frame)
    else if (Object.hasOwn(contractEvents, frame.name)) listening.set(frame.id, frame.name)
    else fail(frame.id, new UserFacingError('not-found', `There is no event named "${frame.name}".`))
  })

  async function run({ id, name, args, via }: RequestFrame & { kind: 'call' }): Promise<void> {
    const abort = new AbortController()
    const { signal } = abort
    running.set(id, abort)
    const onProgress = (value: unknown) => reply({ kind: 'progress', id, value })
    try {
      const value = await dispatchUnknown(handlers, name, args, { signal, via, onProgress })
      if (!signal.aborted) reply({ kind: 'result', id, value })
    } catch (thrown) {
      // After a cancel nobody waits for an answer, and the handler's AbortError is no defect.
      if (signal.aborted) return
      if (!(thrown instanceof UserFacingError)) log(`call ${name} failed`, thrown)
      fail(id, thrown)
    } finally {
      if (running.get(id) === abort) running.delete(id)
    }
  }
  function fail(id: number, thrown: unknown): void {
    reply({ kind: 'error', id, error: toErrorFrame(thrown) })
  }
}

const tooMany = () => new UserFacingError('unavailable', 'Too much is asked at once: wait until some of it is done.')
const toStandardError = (message: string, thrown: unknown) => console.error(`vestige: ${message}:`, thrown)
