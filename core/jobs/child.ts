// How the worker's process is made: a child of Node by default; Electron passes a factory of its own.
import { fork } from 'node:child_process'
import path from 'node:path'

/** One running worker process. Messages are structured clones and arrive in order. */
export interface Child {
  readonly pid: number | undefined
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Once. @param reason exit code or signal in words, with the end of its standard error where there was any */
  onExit(listener: (reason: string) => void): void
  kill(): void
}
/** @param entry absolute path of the worker's script */
export type ChildFactory = (entry: string) => Child

/** The worker's script beside this file: the source in a checkout, the build elsewhere. */
export const workerEntry: string = path.join(import.meta.dirname, `worker${path.extname(import.meta.filename)}`)

/**
 * Environment of the worker. On Linux the C library is asked to put large arrays on huge pages: reading a gallery from
 * one end to the other is then a tenth faster (bench/search.ts). Where it cannot, nothing changes.
 */
export function workerEnvironment(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  if (process.platform !== 'linux') return from
  const tunables = [from.GLIBC_TUNABLES, 'glibc.malloc.hugetlb=1'].filter(Boolean).join(':')
  return { ...from, GLIBC_TUNABLES: tunables }
}

const STDERR_KEPT = 2000

/** A Node child process. It writes nothing to this process's output: its errors are kept for the exit reason. */
export const forkChild: ChildFactory = (entry) => {
  const child = fork(entry, [], {
    serialization: 'advanced',
    // Flags of the parent (inspectors, test loaders) are not the worker's.
    execArgv: [],
    env: workerEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-STDERR_KEPT)))
  // A message to a child that has just died: the exit tells.
  child.on('error', () => undefined)
  return {
    pid: child.pid,
    send: (message) => void child.send(message as object, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      child.once('exit', (code, signal) => {
        const last = errors.trim().split('\n').at(-1) ?? ''
        listener(`${signal ?? `exit code ${code ?? 'unknown'}`}${last ? `: ${last.slice(0, 300)}` : ''}`)
      })
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
