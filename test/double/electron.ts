// TEST DOUBLE of Electron: the part of its API that electron/ uses, on an installed Chromium over DevTools.
// It runs the built main process and preload unmodified. What it does NOT prove: context isolation (the preload runs in
// the page's own world), the renderer's sandbox, permissions beyond being asked, structured clones of a real
// MessagePortMain, app:// as a scheme (it stands as https://bundle.app.test), fuses, asar.
import { fork } from 'node:child_process'
import { schemes } from './schemes.ts'

export { app } from './application.ts'
export { ipcMain } from './ipc.ts'
export { session } from './session.ts'
export { BrowserWindow } from './window.ts'

export const protocol = {
  registerSchemesAsPrivileged(list: { scheme: string }[]): void {
    for (const { scheme } of list) schemes.set(scheme, () => new Response('no handler', { status: 404 }))
  },
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    schemes.set(scheme, handler)
  },
}

export const dialog = {
  showErrorBox: (title: string, content: string) => console.error(`[dialog] ${title}: ${content}`),
}

export const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu: () => {},
}

export const utilityProcess = {
  fork(entry: string, args: string[] = []) {
    const child = fork(entry, args, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.on('error', () => {})
    return Object.assign(child, { postMessage: (value: object) => void child.send(structuredClone(value), () => {}) })
  },
}
