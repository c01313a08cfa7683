// Which learning backends this machine has. Each is tried in a process of its own, because native code can end a process.
import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { backendKinds, type BackendKind } from './backend.ts'
import { addonFolder } from './tensorflow.ts'
import type { TrialAnswer, TrialQuestion } from './trial.ts'

export interface Availability {
  readonly kind: BackendKind
  readonly available: boolean
  /** A sentence: what it would run on. */
  readonly device?: string
  /** Half a sentence, where it is not available: why. */
  readonly reason?: string
  /** Whether networks can be compiled on it. */
  readonly compile?: boolean
}
export interface AvailableOptions {
  readonly kinds?: readonly BackendKind[]
  /** Milliseconds for one trial. Default one minute. */
  readonly limit?: number
  /** Tries one in another process; replaced in tests. */
  readonly trial?: (question: TrialQuestion, limit: number) => Promise<TrialAnswer>
}

/** All kinds, best first. */
export const availableBackends = ({
  kinds = backendKinds,
  limit = 60_000,
  trial = inOwnProcess,
}: AvailableOptions = {}): Promise<Availability[]> => Promise.all(kinds.map((kind) => look(kind, limit, trial)))

async function look(kind: BackendKind, limit: number, trial: typeof inOwnProcess): Promise<Availability> {
  if (kind === 'cpu') return { kind, available: true, device: 'plain JavaScript on one processor thread' }
  const absent = missing(kind)
  if (absent) return { kind, available: false, reason: absent }
  const compiles = kind === 'tensorflow'
  let answer = await trial({ kind, compile: compiles }, limit)
  if ('device' in answer) return { kind, available: true, device: answer.device, ...(compiles && { compile: true }) }
  if (compiles) {
    answer = await trial({ kind, compile: false }, limit)
    if ('device' in answer) return { kind, available: true, device: answer.device, compile: false }
  }
  return { kind, available: false, reason: answer.reason }
}

/** What can be known to be missing without a try. */
function missing(kind: BackendKind): string | undefined {
  if (kind === 'tensorflow' || kind === 'tensorflow-gpu') {
    const found = addonFolder(kind)
    return 'reason' in found ? found.reason : undefined
  }
  for (const name of kind === 'webgpu' ? ['webgpu', '@tensorflow/tfjs-backend-webgpu/package.json'] : [])
    try {
      createRequire(import.meta.url).resolve(name)
    } catch {
      return `the optional package ${name.replace('/package.json', '')} is not installed`
    }
  return undefined
}

/** The script beside this file: the source in a checkout, the build elsewhere. */
const ENTRY = path.join(import.meta.dirname, `trial${path.extname(import.meta.filename)}`)

function inOwnProcess(question: TrialQuestion, limit: number): Promise<TrialAnswer> {
  // The application's own program cannot be run as Node.js; there it is told when it is used.
  if (process.versions.electron) return Promise.resolve({ device: 'not tried yet' })
  return new Promise((resolve) => {
    const child = fork(ENTRY, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const timer = setTimeout(() => {
      resolve({ reason: `it gave no answer within ${Math.round(limit / 1000)} seconds` })
      child.kill('SIGKILL')
    }, limit)
    const end = (answer: TrialAnswer): void => {
      clearTimeout(timer)
      resolve(answer)
    }
    child.on('message', (answer) => end(answer as TrialAnswer))
    child.on('error', ({ message }) => end({ reason: `it could not be tried: ${message}` }))
    child.on('exit', (code, signal) => end({ reason: `it ended its process (${signal ?? `exit code ${code}`})` }))
    child.send(question)
  })
}
