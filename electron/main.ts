// The desktop host: opens the case store, shows the window, and serves the page's calls over a MessagePort.
import path from 'node:path'
import { app, dialog, ipcMain, Menu, protocol, type BrowserWindow } from 'electron'
import { appRoot } from '../core/base/root.ts'
import { toErrorFrame, UserFacingError } from '../core/contract/errors.ts'
import { serve } from '../core/contract/wire/serve.ts'
import { instanceFolder, storeFolder } from './folders.ts'
import { answerPage, isTrusted, SCHEME } from './page.ts'
import { portTransport } from './portTransport.ts'
import { utilityChild } from './utilityChild.ts'
import { denyEverything, openWindow } from './window.ts'

const rendererRoot = path.join(appRoot, 'dist', 'renderer')
let window: BrowserWindow | undefined

protocol.registerSchemesAsPrivileged([
  {
    scheme: SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
  },
])
app.enableSandbox()

async function start(): Promise<void> {
  const store = storeFolder(process.argv)
  app.setPath('userData', instanceFolder(app.getPath('userData'), store))
  // One instance per store; a second start brings the first one's window to the front.
  if (!app.requestSingleInstanceLock()) return app.exit(0)
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  await app.whenReady()
  // Menus are the page's own; macOS alone needs one for copying and quitting.
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate(MAC_MENU) : null)
  denyEverything()
  protocol.handle(SCHEME, (request) => answerPage(request, rendererRoot))

  // Loaded late, so that a native module that does not load is told in a dialog.
  const { openApplication } = await import('../core/services/index.ts')
  const application = await openApplication({ folder: store, host: 'electron', child: utilityChild })
  closeBeforeQuit(() => application.close())
  ipcMain.on('vestige:connect', (event) => {
    const [port] = event.ports
    if (port && isTrusted(event.senderFrame)) serve(portTransport(port), application)
  })
  window = await openWindow()
}

const MAC_MENU: Electron.MenuItemConstructorOptions[] = [
  { role: 'appMenu' },
  { role: 'editMenu' },
  { role: 'windowMenu' },
]

/** Quitting waits until the store and the worker are closed. */
function closeBeforeQuit(close: () => Promise<void>): void {
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    close()
      .catch((thrown: unknown) => console.error('vestige: closing failed:', thrown))
      .finally(() => {
        closed = true
        app.quit()
      })
  })
}

app.on('window-all-closed', () => app.quit())
start().catch((thrown: unknown) => {
  const { message } = toErrorFrame(thrown)
  console.error('vestige: cannot start:', thrown instanceof UserFacingError ? message : thrown)
  dialog.showErrorBox('Vestige cannot start', message)
  app.exit(1)
})
