// The worker as one of Electron's utility processes.
import { utilityProcess } from 'electron'
import type { ChildFactory } from '../core/jobs/child.ts'

const STDERR_KEPT = 2000

export const utilityChild: ChildFactory = (entry) => {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Vestige worker', stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr?.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-STDERR_KEPT)))
  return {
    get pid() {
      return child.pid
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      child.once('exit', (code) => {
        const last = errors.trim().split('\n').at(-1) ?? ''
        listener(`exit code ${code}${last ? `: ${last.slice(0, 300)}` : ''}`)
      })
    },
    kill: () => void child.kill(),
  }
}
