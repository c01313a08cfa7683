// Opens the application on a folder of its own for tests, and calls it as a host does.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { CallArgs, CallName, CallOutput, CallProgress, HostEvent } from '../contract/index.ts'
import { dispatch } from '../contract/wire/dispatch.ts'
import type { ChildFactory } from '../jobs/child.ts'
import { openApplication, type Application } from './index.ts'

export interface TestApplication {
  readonly folder: string
  readonly events: HostEvent[]
  /** Defects that were logged; a test that expects none checks that it is empty. */
  readonly defects: unknown[]
  call<N extends CallName>(
    name: N,
    args: CallArgs<N>,
    options?: { signal?: AbortSignal; onProgress?: (value: CallProgress<N>) => void },
  ): Promise<CallOutput<N>>
  /** Closes it and opens it again on the same folder. */
  reopen(): Promise<void>
  /** Closes it and removes the folder. */
  dispose(): Promise<void>
}

/**
 * @param child how the image process is made; default a real one
 * @param prepare puts something into the store's folder first
 */
export async function openTestApplication(
  child?: ChildFactory,
  prepare?: (folder: string) => void,
): Promise<TestApplication> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestige-services-'))
  prepare?.(folder)
  const events: HostEvent[] = []
  const defects: unknown[] = []
  const open = async (): Promise<Application> => {
    const application = await openApplication({
      folder,
      host: 'cli',
      ...(child ? { child } : {}),
      log: (_, error) => void defects.push(error),
    })
    application.onEvent((event) => void events.push(event))
    return application
  }
  let application = await open()
  return {
    folder,
    events,
    defects,
    call: (name, args, options) => dispatch(application.handlers, name, args, options),
    async reopen() {
      await application.close()
      application = await open()
    },
    async dispose() {
      await application.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** For tests in which no image may be looked at. */
export const noWorker: ChildFactory = () => {
  throw new Error('this test starts no image process')
}
