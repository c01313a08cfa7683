// What the double puts into the page before its first script: ipcRenderer, contextBridge, and the preload run in it.
// The functions here run in Chromium, not in Node.js: each is sent as source text and may use only its parameters.
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import { appRoot } from '../../core/base/root.ts'

/** What crosses the binding between page and double. */
export type FromPage =
  | { kind: 'invoke'; id: number; channel: string; args: unknown[] }
  | { kind: 'send'; channel: string; args: unknown[] }
  | { kind: 'post'; channel: string; value: unknown; ports: number[] }
  | { kind: 'port'; port: number; value: unknown }
  | { kind: 'port-closed'; port: number }
export type ToPage =
  | { kind: 'answer'; id: number; value?: unknown; error?: string }
  | { kind: 'send'; channel: string; args: unknown[] }
  | { kind: 'port'; port: number; value: unknown }
  | { kind: 'port-closed'; port: number }

/** Name of the function that the page offers to the double, and of the one that the double offers to the page. */
export const INBOX = '__doubleIn'
export const OUTBOX = '__doubleOut'

/** Source text to run in every new document. @param preload source of the preload, or '' */
export function pageScript(preload: string): string {
  const codec = stripTypeScriptTypes(
    readFileSync(path.join(appRoot, 'core', 'contract', 'wire', 'codec.ts'), 'utf8'),
  ).replaceAll(/^export /gm, '')
  return `(() => {
    const { encode, decode } = (() => { ${codec}; return { encode, decode } })()
    const outbox = window.${OUTBOX}; delete window.${OUTBOX}
    const out = (message) => outbox(encode(message).toBase64())
    const electron = (${electronInPage.toString()})(out, (deliver) =>
      Object.defineProperty(window, '${INBOX}', { value: (text) => deliver(decode(Uint8Array.fromBase64(text))) }))
    const require = (name) => { if (name === 'electron') return electron
      throw new Error('a sandboxed preload cannot require ' + name) }
    ;(function (require, exports, module, process, Buffer) {\n${preload}\n})(require, {}, { exports: {} })
  })()`
}

/* eslint-disable @typescript-eslint/no-explicit-any -- the page's globals have no types in this program */
function electronInPage(out: (message: FromPage) => void, inbox: (deliver: (message: ToPage) => void) => void): object {
  const page = globalThis as any
  let next = 0
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const ports = new Map<number, any>()
  const listeners = new Map<string, ((...args: any[]) => void)[]>()
  inbox((message) => {
    if (message.kind === 'port') ports.get(message.port)?.postMessage(message.value)
    else if (message.kind === 'port-closed') ports.get(message.port)?.close()
    else if (message.kind === 'send')
      listeners.get(message.channel)?.forEach((listener) => listener({}, ...message.args))
    else if (message.error !== undefined) open.get(message.id)?.reject(new Error(message.error))
    else open.get(message.id)?.resolve(message.value)
  })
  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        open.set(++next, { resolve, reject })
        out({ kind: 'invoke', id: next, channel, args })
      }),
    send: (channel: string, ...args: unknown[]) => out({ kind: 'send', channel, args }),
    on: (channel: string, listener: () => void) =>
      void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    postMessage: (channel: string, value: unknown, transfer: any[] = []) => {
      const ids = transfer.map((port) => {
        const id = ++next
        ports.set(id, port)
        port.onmessage = (event: any) => out({ kind: 'port', port: id, value: event.data })
        port.addEventListener('close', () => out({ kind: 'port-closed', port: id }))
        return id
      })
      out({ kind: 'post', channel, value, ports: ids })
    },
  }
  const exposeInMainWorld = (name: string, api: object) =>
    Object.defineProperty(page, name, { value: Object.freeze(api) })
  // A browser tells no paths: the page takes the way it takes without them.
  return { ipcRenderer, contextBridge: { exposeInMainWorld }, webUtils: { getPathForFile: () => '' } }
}
