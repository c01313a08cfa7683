// One way to open the application on every host it has, so that the same test body runs on all of them.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { _electron, chromium, test, type Browser, type Page } from '@playwright/test'
import { sha256 } from '../../core/base/sha256.ts'
import { appRoot } from '../../core/base/root.ts'
import { electronBinary } from '../../scripts/electron.mjs'

export type Kind = 'loopback' | 'double' | 'electron'
export const kinds: readonly Kind[] = ['loopback', 'double', 'electron']

export interface Host {
  readonly kind: Kind
  readonly page: Page
  readonly store: string
  /** The main process, where it is a child of the test. */
  readonly main: ChildProcess | undefined
  /** The one-time link, used already; loopback alone. */
  readonly link: string | undefined
  /** Errors on the page's console so far. */
  readonly errors: readonly string[]
  /** Ends the application as a person would and removes a store that open() made. */
  close(): Promise<void>
}
export interface OpenOptions {
  /** Case store; absent: a new one in the temporary folder. */
  readonly store?: string
  /** Main script; absent: the build in dist/. */
  readonly main?: string
}

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

/** Why this host cannot be tested here, or undefined. */
export function missing(kind: Kind): string | undefined {
  if (kind === 'electron') {
    if (!electronBinary()) return "Electron's binary is not here (npx install-electron fetches it)"
    return process.platform === 'linux' && !process.env['DISPLAY'] ? 'Electron needs a display' : undefined
  }
  return existsSync(CHROMIUM) ? undefined : `there is no Chromium at ${CHROMIUM} (set CHROMIUM)`
}

/** For the top of a describe block: skips it where the host is missing, and prints why. */
export function skipWhereMissing(kind: Kind): void {
  const why = missing(kind)
  if (why) console.log(`skipped on ${kind}: ${why}`)
  test.skip(why !== undefined, why ?? '')
}

/** Opens the application and waits until its page shows something. */
export async function open(kind: Kind, options: OpenOptions = {}): Promise<Host> {
  const store = options.store ?? mkdtempSync(path.join(tmpdir(), 'vestige-e2e-'))
  const opened = await openers[kind](store, options)
  const errors: string[] = []
  opened.page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  opened.page.on('pageerror', (error) => errors.push(String(error)))
  if (opened.start) await opened.page.goto(opened.start)
  await opened.page.locator('#app > *').first().waitFor()
  return {
    kind,
    store,
    errors,
    page: opened.page,
    main: opened.main,
    link: opened.start,
    async close() {
      await opened.close()
      rmSync(windowFolder(store), { recursive: true, force: true })
      if (options.store === undefined) rmSync(store, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

interface Opened {
  readonly page: Page
  readonly main?: ChildProcess
  readonly start?: string
  close(): Promise<void>
}
const openers: Readonly<Record<Kind, (store: string, options: OpenOptions) => Promise<Opened>>> = {
  async loopback(store) {
    const command = path.join(appRoot, 'dist', 'core', 'cli', 'main.js')
    const main = spawn(process.execPath, [command, 'serve', '--json', '--store', store], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const line = await Promise.race([
      new Promise<string>((resolve) => createInterface({ input: main.stdout }).once('line', resolve)),
      exit(main).then((code) => Promise.reject(new Error(`vestige serve ended with ${code}`))),
    ])
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    return {
      page: await newPage(browser),
      main,
      start: (JSON.parse(line) as { url: string }).url,
      close: closer(browser, main),
    }
  },

  async double(store, options) {
    const { main, endpointFile } = startDouble(store, options)
    for (let i = 0; i < 600 && !existsSync(endpointFile) && main.exitCode === null; i++) await sleep(50)
    if (!existsSync(endpointFile)) throw new Error(`the main process ended with ${main.exitCode} before its window`)
    const browser = await chromium.connectOverCDP(readFileSync(endpointFile, 'utf8'))
    return { page: await pageAt(browser, main, 'https://bundle.app.test/'), main, close: closer(browser, main) }
  },

  async electron(store) {
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const app = await _electron.launch({
      executablePath: electronBinary()!,
      args: [...asRoot, appRoot, '--store', store],
    })
    return { page: await app.firstWindow(), main: app.process(), close: () => app.close() }
  },
}

/** Starts the main process on the double and does not wait for its window. */
export function startDouble(
  store: string,
  { main: script }: OpenOptions = {},
): { main: ChildProcess; endpointFile: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-endpoint-'))
  const endpointFile = path.join(folder, 'endpoint')
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    path.join(appRoot, 'test', 'double', 'register.mjs'),
  ]
  const main = spawn(
    process.execPath,
    [...args, script ?? path.join(appRoot, 'dist', 'electron', 'main.js'), '--store', store],
    {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, DOUBLE_FOLDER: windowFolder(store), DOUBLE_ENDPOINT_FILE: endpointFile },
    },
  )
  main.stderr.on('data', (text: Buffer) => process.stderr.write(text))
  main.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return { main, endpointFile }
}

/** What belongs to the window, by store: two starts on one store are two starts of one installation. */
const windowFolder = (store: string) => path.join(tmpdir(), `vestige-window-${sha256(store).slice(0, 16)}`)

/** Resolves with the exit code, at once where the process has ended. */
export const exit = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', resolve))

const closer = (browser: Browser, main: ChildProcess) => async () => {
  await browser.close()
  main.kill('SIGTERM')
  await exit(main)
}
const newPage = async (browser: Browser) =>
  (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()

async function pageAt(browser: Browser, main: ChildProcess, url: string): Promise<Page> {
  while (main.exitCode === null) {
    const page = browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((one) => one.url().startsWith(url))
    if (page) {
      await page.setViewportSize({ width: 1440, height: 900 })
      return page
    }
    await sleep(50)
  }
  throw new Error(`the main process ended with ${main.exitCode}`)
}
