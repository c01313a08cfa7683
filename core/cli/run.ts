// Opens the application for one command, closes it whatever happens, and turns errors into exit codes.
import type { CallArgs, CallName, CallOutput, CallProgress } from '../contract/index.ts'
import { UserFacingError, toErrorFrame } from '../contract/errors.ts'
import { dispatch } from '../contract/wire/dispatch.ts'
import { openApplication, type Application } from '../services/index.ts'
import { exit, exitFor } from './exit.ts'
import type { Terminal } from './terminal.ts'

export interface Session {
  readonly terminal: Terminal
  /** Aborts at the first Ctrl+C. */
  readonly signal: AbortSignal
  readonly application: Application
  call<N extends CallName>(
    name: N,
    args: CallArgs<N>,
    onProgress?: (value: CallProgress<N>) => void,
  ): Promise<CallOutput<N>>
  /** As `call`, but Ctrl+C does not cancel it: for tidying up after one. */
  insist<N extends CallName>(name: N, args: CallArgs<N>): Promise<CallOutput<N>>
}

/** Runs `work` and returns the exit code; a second Ctrl+C ends the process at once. */
export async function guarded(terminal: Terminal, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController()
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(exit.cancelled)
    stop.abort()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  try {
    return await work(stop.signal)
  } catch (thrown) {
    if (stop.signal.aborted) {
      terminal.note('Stopped. What was done so far is kept.')
      return exit.cancelled
    }
    const frame = toErrorFrame(thrown)
    terminal.error(frame)
    if (frame.code === 'internal')
      process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`)
    return exitFor(frame.code)
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
  }
}

/** As `guarded`, for work that leaves nothing behind where it is stopped. */
export const allOrNothing = (terminal: Terminal, work: (signal: AbortSignal) => Promise<number>): Promise<number> =>
  guarded(terminal, async (signal) => {
    try {
      return await work(signal)
    } catch (thrown) {
      if (!signal.aborted) throw thrown
      terminal.note('Stopped; nothing was written.')
      return exit.cancelled
    }
  })

/** The command line as it could be typed again, for records. @param words without the program's name */
export const commandLine = (words: readonly string[]): string =>
  ['vestige', ...words].map((word) => (/^[\w./,:=+-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')

/** Runs `work` with the application open on `folder`. */
export function withApplication(
  folder: string,
  terminal: Terminal,
  work: (session: Session) => Promise<number>,
  host: 'cli' | 'loopback' = 'cli',
): Promise<number> {
  return guarded(terminal, async (signal) => {
    const application = await openApplication({ folder, host })
    try {
      return await work({
        terminal,
        signal,
        application,
        call: (name, args, onProgress) =>
          dispatch(application.handlers, name, args, { signal, via: 'cli', ...(onProgress ? { onProgress } : {}) }),
        insist: (name, args) => dispatch(application.handlers, name, args, { via: 'cli' }),
      })
    } finally {
      await application.close()
    }
  })
}

/** The one gallery of that name, archived ones left out. */
export async function findGallery(session: Session, name: string): Promise<CallOutput<'galleries.get'> | undefined> {
  const found = (await session.call('galleries.list', {})).filter((gallery) => gallery.name === name)
  if (found.length > 1)
    throw new UserFacingError(
      'conflict',
      `There are ${found.length} galleries named "${name}"; rename one of them first.`,
    )
  return found[0]
}

/** The store's only gallery of that name. @throws UserFacingError where there is none, or more than one */
export async function existingGallery(session: Session, name: string): Promise<CallOutput<'galleries.get'>> {
  const found = await findGallery(session, name)
  if (found) return found
  throw new UserFacingError('not-found', `There is no gallery "${name}" in this store; make one with vestige enrol.`, {
    subject: name,
  })
}
