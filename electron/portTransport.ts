// Electron's MessagePort as a transport: frames are plain structured clones.
import type { MessagePortMain } from 'electron'
import type { Transport } from '../core/contract/wire/transport.ts'

export function portTransport(port: MessagePortMain): Transport {
  return {
    // Never with a transfer list: buffers in it arrive empty (electron/electron#34905).
    send: (frame) => port.postMessage(frame),
    onFrame(listener) {
      port.on('message', (event) => listener(event.data))
      port.start()
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  }
}
