// The loopback host over real sockets: who gets in, what a page may do, and what every attack gets.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Handlers } from '../contract/index.ts'
import { createClient } from '../contract/wire/client.ts'
import { encode } from '../contract/wire/codec.ts'
import { startLoopback, type Loopback } from './index.ts'
import { socketTransport } from './socket.ts'

let folder: string
let host: Loopback
let origin: string
const handlers = {
  'galleries.stage': ({ bytes }: { bytes: Uint8Array }) => ({ staged: bytes.length }),
} as unknown as Handlers

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vestige-page-'))
  const root = path.join(folder, 'renderer')
  mkdirSync(path.join(root, 'assets'), { recursive: true })
  writeFileSync(path.join(root, 'index.html'), '<!doctype html><title>Vestige</title>')
  writeFileSync(path.join(root, 'assets', 'a.js'), 'export {}')
  writeFileSync(path.join(folder, 'secret.txt'), 'secret')
  symlinkSync(path.join(folder, 'secret.txt'), path.join(root, 'link.txt'))
  host = await startLoopback({ handlers, onEvent: () => () => {}, rendererRoot: root, log: () => {} })
  origin = new URL(host.url).origin
})
afterEach(async () => {
  await host.close()
  rmSync(folder, { recursive: true })
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}
/** One request exactly as written: no normalised path, no added headers but Host. */
function ask(pathname: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(host.url)
    const sent = request({ host: '127.0.0.1', port, path: pathname, method, headers, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    })
    sent.on('error', reject).end()
  })
}
async function admitted(): Promise<string> {
  const answer = await ask(host.url.slice(origin.length))
  expect(answer.status).toBe(303)
  return answer.headers['set-cookie']![0]!.split(';')[0]!
}
/** What became of an attempt to open the socket: 'open' or the http status. */
function upgrade(headers: Record<string, string>, pathname = '/wire'): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${pathname}`, { headers })
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode!)
      response.destroy()
    })
    socket.on('error', () => {})
  })
}
const inside = async () => upgrade({ cookie: await admitted(), origin }) as Promise<WebSocket>
const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.on('close', resolve))

describe('the one-time link', () => {
  it('lets one browser in, and its reloads after that', async () => {
    const { headers } = await ask(host.url.slice(origin.length))
    expect(headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
    expect(headers.location).toBe('/')
    const cookie = headers['set-cookie']![0]!.split(';')[0]!
    for (let i = 0; i < 2; i++) expect((await ask('/', { cookie })).body).toContain('<title>Vestige')
    expect(await ask(host.url.slice(origin.length), { cookie })).toMatchObject({
      status: 303,
      headers: { location: '/' },
    })
  })
  it('lets nobody else in', async () => {
    await admitted()
    expect((await ask(host.url.slice(origin.length))).status).toBe(403)
  })
  it('is not used up by a link preview or a wrong key', async () => {
    expect((await ask(host.url.slice(origin.length), {}, 'HEAD')).status).toBe(403)
    expect((await ask('/?key=wrong')).status).toBe(403)
    await admitted()
  })
  it('is long enough not to be guessed', () => expect(new URL(host.url).searchParams.get('key')).toHaveLength(43))
})

describe('the page', () => {
  it('comes with a policy without eval, foreign sources or framing, and isolated', async () => {
    const { headers } = await ask('/', { cookie: await admitted() })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval'")
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ${origin.replace('http', 'ws')};`)
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
    })
  })
  it('serves built files with their types', async () => {
    const answer = await ask('/assets/a.js', { cookie: await admitted() })
    expect(answer).toMatchObject({ status: 200, body: 'export {}' })
    expect(answer.headers['content-type']).toContain('text/javascript')
  })
  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/..%00/secret.txt',
    '/%',
    '/link.txt',
    '/assets',
    '//etc/passwd',
    '/etc/passwd',
  ])('serves nothing outside its folder: %s', async (attack) => {
    const answer = await ask(attack, { cookie: await admitted() })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body).not.toMatch(/secret$|root:/)
  })
})

describe('requests that are not ours', () => {
  it('another host name (DNS rebinding) is refused even with the cookie', async () => {
    const cookie = await admitted()
    for (const name of ['evil.example', 'localhost', origin.replace('http://127.0.0.1', 'localhost'), '127.0.0.1'])
      expect((await ask('/', { cookie, host: name })).status).toBe(421)
  })
  it('no cookie, a wrong cookie, a cookie of another port: refused', async () => {
    const cookie = await admitted()
    for (const wrong of ['', `${cookie}x`, cookie.replace(/=.*/, '='), cookie.replace(/-\d+=/, '-1=')])
      expect((await ask('/', { cookie: wrong })).status).toBe(403)
  })
  it('methods that change something are refused', async () => {
    const cookie = await admitted()
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await ask('/', { cookie }, method)).status).toBe(405)
  })
})

describe('the socket', () => {
  it('carries calls with binary data', async () => {
    const client = createClient(socketTransport(await inside()))
    const bytes = new Uint8Array(10_000_000)
    await expect(client.call('galleries.stage', { uploadId: 'u', relativePath: 'a', bytes })).resolves.toEqual({
      staged: 10_000_000,
    })
    client.close()
  })
  it('opens only for our page in the admitted browser', async () => {
    const cookie = await admitted()
    expect(await upgrade({ origin })).toBe(403)
    expect(await upgrade({ cookie })).toBe(403)
    expect(await upgrade({ cookie, origin: 'http://evil.example' })).toBe(403)
    expect(await upgrade({ cookie, origin: 'null' })).toBe(403)
    expect(await upgrade({ cookie, origin, host: 'evil.example' })).toBe(403)
    expect(await upgrade({ cookie, origin }, '/other')).toBe(403)
  })
  it.each([
    ['text', 'hello', 1003],
    ['bytes that are no frame', new Uint8Array([1, 2, 3]), 1007],
    ['a header longer than the message', new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0]), 1007],
    ['a value that is no request', encode({ kind: 'result', id: 1, value: 1 }), 1005],
  ])('closes on %s', async (_, message, code) => {
    const socket = await inside()
    socket.send(message)
    expect(await closed(socket)).toBe(code)
  })
  it('closes on a message over 256 MiB before taking it in', async () => {
    const socket = await inside()
    const end = closed(socket)
    // A frame header alone that announces 256 MiB + 8: final binary frame, masked, 64-bit length (RFC 6455 §5.2).
    const header = Buffer.alloc(14)
    header.set([0x82, 0xff])
    header.writeBigUInt64BE(BigInt(256 * 2 ** 20 + 8), 2)
    ;(socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(header)
    expect(await end).toBe(1009)
  })
})

describe('its address', () => {
  it('is 127.0.0.1 alone', () => expect(new URL(host.url).hostname).toBe('127.0.0.1'))
  it('that is taken is refused with a sentence', async () => {
    const port = Number(new URL(host.url).port)
    const second = startLoopback({ handlers, onEvent: () => () => {}, rendererRoot: folder, port })
    await expect(second).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(String(port)) })
  })
})
