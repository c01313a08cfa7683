// The workbench's only way out: a typed client over Electron's MessagePort or the loopback host's WebSocket.
import { createClient, type Client } from '../../core/contract/wire/client.ts'
import { decode, encode } from '../../core/contract/wire/codec.ts'
import type { Transport } from '../../core/contract/wire/transport.ts'

/** What electron/preload.ts shows to the page; absent in a browser. */
interface Bridge {
  readonly kind: 'electron'
  pathForFile(file: File): string
}
declare global {
  interface Window {
    readonly vestige?: Bridge
  }
}

export interface Host {
  readonly kind: 'electron' | 'loopback'
  readonly client: Client
  /** Absolute path of a dropped or chosen file; null in a browser, which knows no paths. */
  pathForFile(file: File): string | null
}

/** Connects to the host that served this page. @throws Error when nobody answers. */
export async function connect(): Promise<Host> {
  const bridge = window.vestige
  if (bridge)
    return {
      kind: 'electron',
      client: createClient(overPort()),
      pathForFile: (file) => bridge.pathForFile(file) || null,
    }
  return { kind: 'loopback', client: createClient(await overSocket()), pathForFile: () => null }
}

/** Frames go as structured clones; the preload hands the other end to the main process. */
function overPort(): Transport {
  const { port1, port2 } = new MessageChannel()
  window.postMessage('vestige:connect', location.origin === 'null' ? '*' : location.origin, [port2])
  return {
    send: (frame) => port1.postMessage(frame),
    onFrame: (listener) => {
      port1.onmessage = (event) => listener(event.data)
    },
    onClose: (listener) => port1.addEventListener('close', listener),
    close: () => port1.close(),
  }
}

async function overSocket(): Promise<Transport> {
  const socket = new WebSocket(`ws://${location.host}/wire`)
  socket.binaryType = 'arraybuffer'
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('The application does not answer: start Vestige again.'))
  })
  return {
    send: (frame) => socket.send(encode(frame)),
    onFrame: (listener) => {
      socket.onmessage = (event) => {
        if (event.data instanceof ArrayBuffer) listener(decode(new Uint8Array(event.data)))
      }
    },
    onClose: (listener) => socket.addEventListener('close', () => listener()),
    close: () => socket.close(),
  }
}
