// Runs in the page's process before the page: hands it a port to the main process and the paths of dropped files.
import { contextBridge, ipcRenderer, webUtils } from 'electron'

/** The little of the DOM that is used here; the page's own types stay out of the Node.js program. */
declare const window: {
  addEventListener(type: 'message', listener: (event: PageMessage) => void): void
}
type Port = NonNullable<Parameters<typeof ipcRenderer.postMessage>[2]>[number]
interface PageMessage {
  readonly source: unknown
  readonly data: unknown
  readonly ports: readonly Port[]
}

// The whole surface that the page sees.
contextBridge.exposeInMainWorld('vestige', {
  kind: 'electron',
  pathForFile: (file: File) => webUtils.getPathForFile(file),
})

// A port cannot pass through contextBridge; it comes as a message of the page to itself and goes on to the main process.
window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== 'vestige:connect' || event.ports.length !== 1) return
  ipcRenderer.postMessage('vestige:connect', null, [...event.ports])
})
