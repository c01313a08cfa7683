// A WebSocket of the ws library as a transport: one binary message per frame, anything else ends the connection.
import type { WebSocket } from 'ws'
import { decode, encode } from '../contract/wire/codec.ts'
import type { Transport } from '../contract/wire/transport.ts'

/** Close codes of RFC 6455 §7.4.1. */
const UNSUPPORTED_DATA = 1003
const INVALID_DATA = 1007

export function socketTransport(socket: WebSocket): Transport {
  socket.binaryType = 'arraybuffer'
  // Too long or ill-formed messages: ws closes the connection itself after telling.
  socket.on('error', () => {})
  return {
    send(frame) {
      if (socket.readyState === socket.OPEN) socket.send(encode(frame))
    },
    onFrame(listener) {
      socket.on('message', (data: ArrayBuffer | Buffer, binary: boolean) => {
        if (!binary) return socket.close(UNSUPPORTED_DATA)
        let frame: unknown
        try {
          frame = decode(new Uint8Array(data as ArrayBuffer))
        } catch {
          return socket.close(INVALID_DATA)
        }
        listener(frame)
      })
    },
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  }
}
