// The double's BrowserWindow: one page of Chromium, its requests answered by the scheme handlers, its messages relayed.
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { decode, encode } from '../../core/contract/wire/codec.ts'
import { app, chromium } from './application.ts'
import type { Cdp, Json } from './cdp.ts'
import { INBOX, OUTBOX, pageScript, type FromPage, type ToPage } from './inPage.ts'
import { ipcMain, MessagePortMain } from './ipc.ts'
import { fromHttps, schemes, toHttps } from './schemes.ts'
import { defaultSession, requireDenied } from './session.ts'

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

class WebContents extends EventEmitter {
  openHandler: OpenHandler = () => ({ action: 'allow' })
  url = ''
  readonly session = defaultSession
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }
  getURL = (): string => this.url
}

interface Options {
  readonly webPreferences?: {
    readonly preload?: string
    readonly contextIsolation?: boolean
    readonly sandbox?: boolean
    readonly nodeIntegration?: boolean
    readonly webSecurity?: boolean
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents()
  readonly #preload: string
  readonly #ports = new Map<number, MessagePortMain>()
  #session = ''
  #targetId = ''
  #loadingUrl = ''

  constructor({ webPreferences = {} }: Options = {}) {
    super()
    const { nodeIntegration, contextIsolation, sandbox, webSecurity, preload } = webPreferences
    if (nodeIntegration || contextIsolation === false || sandbox === false || webSecurity === false)
      throw new Error('double: webPreferences open the page to Node.js or to other origins')
    this.#preload = preload ? readFileSync(preload, 'utf8') : ''
    app.emit('web-contents-created', {}, this.webContents)
  }
  show(): void {}
  focus(): void {
    this.emit('focus')
  }
  restore(): void {}
  isMinimized = (): boolean => false
  reload(): void {
    void this.#page('Page.reload')
  }
  close(): void {
    this.emit('closed')
    app.emit('window-all-closed')
  }

  async loadURL(url: string): Promise<void> {
    requireDenied()
    const { cdp } = chromium!
    await cdp.send('Target.setDiscoverTargets', { discover: true })
    const { targetInfos } = (await cdp.send('Target.getTargets')) as { targetInfos: Target[] }
    this.#targetId = targetInfos.find((target) => target.type === 'page' && target.url === 'about:blank')!.targetId
    const attached = await cdp.send('Target.attachToTarget', { targetId: this.#targetId, flatten: true })
    this.#session = attached['sessionId'] as string
    this.#listen(cdp)
    await Promise.all([
      this.#page('Page.enable'),
      this.#page('Runtime.enable'),
      this.#page('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      this.#page('Runtime.addBinding', { name: OUTBOX }),
    ])
    await this.#page('Page.addScriptToEvaluateOnNewDocument', { source: pageScript(this.#preload) })
    const loaded = new Promise<void>((resolve) => {
      const listener = (_: unknown, session: string) => {
        if (session !== this.#session) return
        cdp.off('Page.loadEventFired', listener)
        resolve()
      }
      cdp.on('Page.loadEventFired', listener)
    })
    this.#loadingUrl = url
    await this.#page('Page.navigate', { url: toHttps(url) })
    await loaded
    this.emit('ready-to-show')
  }

  #page(method: string, params: Json = {}): Promise<Json> {
    return chromium!.cdp.send(method, params, this.#session)
  }
  #tell(message: ToPage): void {
    const text = JSON.stringify(Buffer.from(encode(message)).toString('base64'))
    void this.#page('Runtime.evaluate', { expression: `${INBOX}(${text})` }).catch(() => {})
  }
  #listen(cdp: Cdp): void {
    const own = <P>(event: string, listener: (params: P) => void) =>
      cdp.on(event, (params: P, session: string) => session === this.#session && listener(params))
    own<{ frame: { url: string; parentId?: string } }>('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId) return
      this.webContents.url = fromHttps(frame.url)
      // A new document: the ports of the old one are gone.
      for (const port of this.#ports.values()) port.ended()
      this.#ports.clear()
    })
    own<{ name: string; payload: string }>('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === OUTBOX) void this.#receive(decode(Buffer.from(payload, 'base64')) as FromPage)
    })
    own<Paused>('Fetch.requestPaused', (paused) => void this.#answer(paused))
    cdp.on('Target.targetCreated', ({ targetInfo }: { targetInfo: Target }) => {
      if (targetInfo.openerId !== this.#targetId) return
      if (this.webContents.openHandler({ url: fromHttps(targetInfo.url) }).action === 'deny')
        void cdp.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => {})
    })
  }

  async #receive(message: FromPage): Promise<void> {
    const frame = { url: this.webContents.url, parent: null }
    const event = { sender: this.webContents, senderFrame: frame, ports: [] as MessagePortMain[] }
    if (message.kind === 'send') ipcMain.emit(message.channel, event, ...message.args)
    else if (message.kind === 'port') this.#ports.get(message.port)?.receive(message.value)
    else if (message.kind === 'port-closed') this.#ports.get(message.port)?.ended()
    else if (message.kind === 'post')
      ipcMain.emit(message.channel, { ...event, ports: message.ports.map((id) => this.#port(id)) }, message.value)
    else {
      const handler = ipcMain.handlers.get(message.channel)
      try {
        if (!handler) throw new Error(`No handler registered for '${message.channel}'`)
        this.#tell({ kind: 'answer', id: message.id, value: await handler(event, ...message.args) })
      } catch (thrown) {
        this.#tell({ kind: 'answer', id: message.id, error: (thrown as Error).message })
      }
    }
  }
  #port(id: number): MessagePortMain {
    const port = new MessagePortMain(
      (value) => this.#tell({ kind: 'port', port: id, value }),
      () => this.#tell({ kind: 'port-closed', port: id }),
    )
    this.#ports.set(id, port)
    return port
  }

  /** Every request of the page: navigation rules and the session's filter first, then the scheme's handler. */
  async #answer({ requestId, request, resourceType }: Paused): Promise<void> {
    const url = fromHttps(request.url)
    const fail = (errorReason: string) => void this.#page('Fetch.failRequest', { requestId, errorReason })
    if (resourceType === 'Document' && url !== this.#loadingUrl && this.#prevented(url)) return fail('Aborted')
    const handler = schemes.get(new URL(url).protocol.slice(0, -1))
    if (!handler || defaultSession.cancels(url)) return fail('BlockedByClient')
    const response = await handler(new Request(url, { method: request.method }))
    await this.#page('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    })
  }
  #prevented(url: string): boolean {
    let prevented = false
    this.webContents.emit('will-navigate', { url, preventDefault: () => (prevented = true) })
    return prevented
  }
}
interface Target {
  readonly type: string
  readonly url: string
  readonly targetId: string
  readonly openerId?: string
}
interface Paused {
  readonly requestId: string
  readonly request: { readonly url: string; readonly method: string }
  readonly resourceType: string
}
