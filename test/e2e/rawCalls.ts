// Calls from inside the page as any script in it could make them: a connection of its own, frames written by hand.
import type { Page } from '@playwright/test'

export interface RawFrame {
  readonly kind: string
  readonly id: number
  readonly value?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

/** Sends the frames in order; resolves with all replies once `until` of them came or nothing came for `quietMs`. */
export function rawCalls(
  page: Page,
  frames: readonly object[],
  until = frames.length,
  quietMs = 1000,
): Promise<RawFrame[]> {
  return page.evaluate(
    async ([toSend, count, quiet]) => {
      // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the page's globals have no types in this program
      const here = globalThis as any
      const replies: RawFrame[] = []
      let heard = () => {}
      const take = (frame: RawFrame) => {
        replies.push(frame)
        heard()
      }
      let send: (frame: object) => void
      let close: () => void
      if (here.vestige) {
        const { port1, port2 } = new here.MessageChannel()
        port1.onmessage = (event: { data: RawFrame }) => take(event.data)
        here.postMessage('vestige:connect', here.location.origin, [port2])
        send = (frame) => port1.postMessage(frame)
        close = () => port1.close()
      } else {
        const socket = new here.WebSocket(`ws://${here.location.host}/wire`)
        socket.binaryType = 'arraybuffer'
        await new Promise((resolve) => (socket.onopen = resolve))
        socket.onmessage = ({ data }: { data: ArrayBuffer }) => {
          const length = new DataView(data).getUint32(0, true)
          take((JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length))) as { value: RawFrame }).value)
        }
        send = (frame) => {
          const header = new TextEncoder().encode(JSON.stringify({ value: frame, blobs: [] }))
          const message = new Uint8Array(Math.ceil((4 + header.length) / 8) * 8)
          new DataView(message.buffer).setUint32(0, header.length, true)
          message.set(header, 4)
          socket.send(message)
        }
        close = () => socket.close()
      }
      for (const frame of toSend) send(frame)
      const final = () => replies.filter((frame) => frame.kind === 'result' || frame.kind === 'error').length
      while (final() < count) {
        const came = await Promise.race([
          new Promise<boolean>((resolve) => (heard = () => resolve(true))),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), quiet)),
        ])
        if (!came) break
      }
      close()
      return replies
    },
    [frames, until, quietMs] as const,
  )
}
