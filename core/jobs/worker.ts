// Entry of the worker process: everything that may crash or take long on pixels and models happens here.
import { createEngine } from './engine.ts'
import type { ToWorker } from './protocol.ts'
import { serveWorker, type WorkerPort } from './workerServe.ts'

/** Electron's utility process talks through process.parentPort, a forked Node child through process.send. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}
function port(): WorkerPort {
  const { parentPort } = process as { parentPort?: ParentPort }
  if (parentPort)
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data as ToWorker)),
    }
  // Without a parent there is nobody to work for: a killed main process leaves no worker behind.
  process.on('disconnect', () => process.exit(0))
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToWorker)),
  }
}

// Ctrl+C reaches the whole process group; the main process decides what it means.
process.on('SIGINT', () => undefined)
serveWorker(port(), createEngine())
