// The double's main-process ends of inter-process messages.
import { EventEmitter } from 'node:events'

/** Transfers nothing but ports, as Electron's does reliably (electron/electron#34905, #37565). */
export class MessagePortMain extends EventEmitter {
  readonly #push: (value: unknown) => void
  readonly #end: () => void
  #queue: unknown[] | undefined = []
  #closed = false
  constructor(push: (value: unknown) => void, end: () => void) {
    super()
    this.#push = push
    this.#end = end
  }
  postMessage(value: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.some((item) => !(item instanceof MessagePortMain)))
      throw new TypeError('double: a MessagePortMain transfers ports only')
    // What cannot be cloned fails here as it would in Electron.
    if (!this.#closed) this.#push(structuredClone(value))
  }
  start(): void {
    const waiting = this.#queue ?? []
    this.#queue = undefined
    for (const value of waiting) this.receive(value)
  }
  close(): void {
    if (this.#closed) return
    this.#end()
    this.ended()
  }
  /** The double's side: something came from the page. */
  receive(value: unknown): void {
    if (this.#queue) this.#queue.push(value)
    else this.emit('message', { data: value, ports: [] })
  }
  /** The double's side: the page's end is gone. */
  ended(): void {
    if (this.#closed) return
    this.#closed = true
    this.emit('close')
  }
}

type Invocable = (event: unknown, ...args: unknown[]) => unknown
class IpcMain extends EventEmitter {
  readonly handlers = new Map<string, Invocable>()
  handle(channel: string, handler: Invocable): void {
    this.handlers.set(channel, handler)
  }
  removeHandler(channel: string): void {
    this.handlers.delete(channel)
  }
}
export const ipcMain = new IpcMain()
