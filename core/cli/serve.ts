// vestige serve: the workstation in a browser on this machine, until Ctrl+C.
import { once } from 'node:events'
import path from 'node:path'
import { appRoot } from '../base/root.ts'
import { startLoopback } from '../loopback/index.ts'
import { exit } from './exit.ts'
import type { Session } from './run.ts'

export interface ServeOptions {
  readonly port?: number
}

/** Prints the one-time link on stdout: the first browser that follows it is let in, no other. */
export async function serve(session: Session, options: ServeOptions): Promise<number> {
  const { application, terminal } = session
  const host = await startLoopback({
    handlers: application.handlers,
    onEvent: application.onEvent,
    rendererRoot: path.join(appRoot, 'dist', 'renderer'),
    ...(options.port === undefined ? {} : { port: options.port }),
  })
  try {
    terminal.say(host.url)
    terminal.result({ url: host.url })
    terminal.note('The link works once, on this machine only. Ctrl+C stops the workstation.')
    if (!session.signal.aborted) await once(session.signal, 'abort')
    return exit.ok
  } finally {
    await host.close()
  }
}
