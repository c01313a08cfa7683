// The browser host: the same workbench and the same calls over http and a WebSocket, on 127.0.0.1 alone.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { UserFacingError } from '../contract/errors.ts'
import { serve, type ServeOptions } from '../contract/wire/serve.ts'
import { pageFile, pageHeaders } from './page.ts'
import { createGate, type Gate } from './session.ts'
import { socketTransport } from './socket.ts'

export interface LoopbackOptions extends ServeOptions {
  /** Folder of the built workbench. */
  readonly rendererRoot: string
  /** 0 or absent: any free one. */
  readonly port?: number | undefined
}
export interface Loopback {
  /** One-time link: the first browser that follows it is let in. */
  readonly url: string
  close(): Promise<void>
}

/** Largest message, bytes: evidence files are at most 200 MB. */
const MAX_MESSAGE = 256 * 2 ** 20

/** @throws UserFacingError('unavailable') when the port is taken or not allowed. */
export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const http = createServer()
  const { port } = await listening(http, options.port ?? 0)
  const host = `127.0.0.1:${port}`
  const gate = createGate(host)
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE })
  http.on('request', (request, response) => answer(request, response, gate, host, options.rendererRoot))
  http.on('upgrade', (request: IncomingMessage, stream, head) => {
    stream.on('error', () => stream.destroy())
    if (request.url !== '/wire' || !gate.knows(request) || !gate.ownOrigin(request))
      return stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    sockets.handleUpgrade(request, stream, head, (socket) => serve(socketTransport(socket), options))
  })
  return {
    url: gate.link,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate()
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

function answer(request: IncomingMessage, response: ServerResponse, gate: Gate, host: string, root: string): void {
  const end = (status: number, text: string, headers: Record<string, string> = {}) =>
    response.writeHead(status, { ...pageHeaders(), 'content-type': 'text/plain; charset=utf-8', ...headers }).end(text)
  if (!gate.addressed(request)) return void end(421, 'This address is not served here.')
  if (request.method !== 'GET' && request.method !== 'HEAD') return void end(405, 'Only GET.', { allow: 'GET, HEAD' })
  const url = URL.parse(request.url ?? '/', `http://${host}`)
  if (!url) return void end(400, 'No such address.')
  // A HEAD, as link previews send it, does not use the link up.
  if (request.method === 'GET' && url.pathname === '/' && gate.admit(url.searchParams.get('key')))
    return void end(303, '', { location: '/', 'set-cookie': gate.cookie })
  if (!gate.knows(request))
    return void end(403, 'This link was used already, or is not yours. Start Vestige again for a new one.')
  // A used link, followed again in the browser that was let in: the bare address works there.
  if (url.search) return void end(303, '', { location: url.pathname })
  const file = pageFile(root, url.pathname)
  if (!file)
    return void end(404, 'There is nothing here. If this is the first page, build the workbench: npm run build')
  const headers = { ...pageHeaders(`ws://${host}`), 'content-type': file.type, 'content-length': file.bytes.length }
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : file.bytes)
}

function listening(http: ReturnType<typeof createServer>, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) => reject(portError(error, port)))
    http.listen(port, '127.0.0.1', () => resolve(http.address() as AddressInfo))
  })
}
const portError = (error: Error, port: number) =>
  new UserFacingError('unavailable', `Port ${port} cannot be used: choose another one, or none for any free one.`, {
    cause: error,
  })
