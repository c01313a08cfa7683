// Chromium started for the double, and its DevTools protocol over one WebSocket.
import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'

export type Json = Record<string, unknown>
interface Incoming {
  readonly id?: number
  readonly result?: Json
  readonly error?: { readonly message: string }
  readonly method?: string
  readonly params?: Json
  readonly sessionId?: string
}

/** Emits every protocol event under its name, with (params, sessionId). */
export class Cdp extends EventEmitter {
  readonly #socket: WebSocket
  readonly #open = new Map<number, { resolve(value: Json): void; reject(error: Error): void }>()
  #id = 0
  constructor(socket: WebSocket) {
    super()
    this.setMaxListeners(0)
    this.#socket = socket
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Incoming
      if (message.id === undefined) return void this.emit(message.method ?? '', message.params, message.sessionId)
      const call = this.#open.get(message.id)
      this.#open.delete(message.id)
      if (message.error) call?.reject(new Error(message.error.message))
      else call?.resolve(message.result ?? {})
    })
  }
  send(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    const id = ++this.#id
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject })
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  }
}

export interface Chromium {
  readonly cdp: Cdp
  readonly process: ChildProcess
  readonly profile: string
  /** For a second client, such as Playwright. */
  readonly endpoint: string
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--mute-audio',
]

/** @param binary a Chromium */
export async function launchChromium(binary: string): Promise<Chromium> {
  const profile = mkdtempSync(path.join(tmpdir(), 'vestige-double-'))
  // The pipe is not spoken on: Chromium ends when its other end does, however this process ends.
  const flags = [...FLAGS, '--remote-debugging-port=0', '--remote-debugging-pipe', `--user-data-dir=${profile}`]
  const child = spawn(binary, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const portFile = path.join(profile, 'DevToolsActivePort')
  let lines: string[] = []
  for (let i = 0; i < 600 && lines.length < 2; i++) {
    if (existsSync(portFile)) lines = readFileSync(portFile, 'utf8').trim().split('\n')
    else await sleep(50)
  }
  if (lines.length < 2) throw new Error(`${binary} did not open its DevTools port within 30 s`)
  const endpoint = `ws://127.0.0.1:${lines[0]}${lines[1]}`
  const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 2 ** 30 })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { cdp: new Cdp(socket), process: child, profile, endpoint }
}
