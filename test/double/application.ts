// The double's app: life cycle, folders, and one instance per folder.
import { EventEmitter } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { launchChromium, type Chromium } from './cdp.ts'

export let chromium: Chromium | undefined

class App extends EventEmitter {
  isPackaged = false
  name = 'Vestige'
  readonly #folders = new Map<string, string>()
  #lock: string | undefined
  #ending = false

  enableSandbox(): void {}
  getVersion = (): string => '0.0.0'
  getPath(name: string): string {
    return (
      this.#folders.get(name) ?? path.join(process.env['DOUBLE_FOLDER'] ?? path.join(tmpdir(), 'vestige-double'), name)
    )
  }
  setPath(name: string, folder: string): void {
    mkdirSync(folder, { recursive: true })
    this.#folders.set(name, folder)
  }
  /** As Electron: per userData folder; the first instance hears of the second. */
  requestSingleInstanceLock(): boolean {
    const file = path.join(this.getPath('userData'), 'instance.pid')
    const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
    if (holder && isAlive(holder)) {
      process.kill(holder, 'SIGUSR2')
      return false
    }
    writeFileSync(file, String(process.pid))
    this.#lock = file
    process.on('SIGUSR2', () => this.emit('second-instance', {}, [], ''))
    return true
  }
  async whenReady(): Promise<void> {
    chromium ??= await launchChromium(process.env['CHROMIUM'] ?? '/usr/bin/chromium')
    const endpointFile = process.env['DOUBLE_ENDPOINT_FILE']
    if (endpointFile) writeFileSync(endpointFile, chromium.endpoint)
    this.emit('ready')
  }
  quit(): void {
    let prevented = false
    const event = { preventDefault: () => (prevented = true) }
    this.emit('before-quit', event)
    if (!prevented) this.emit('will-quit', event)
    if (!prevented) this.exit(0)
  }
  exit(code = 0): void {
    if (this.#ending) return
    this.#ending = true
    if (this.#lock) rmSync(this.#lock, { force: true })
    chromium?.process.kill('SIGKILL')
    const end = () => {
      if (chromium) rmSync(chromium.profile, { recursive: true, force: true, maxRetries: 5 })
      process.exit(code)
    }
    if (chromium && chromium.process.exitCode === null) chromium.process.once('exit', end)
    else end()
  }
}
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export const app = new App()
process.on('SIGTERM', () => app.quit())
