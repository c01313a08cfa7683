// Opens the whole application on one folder, for every host alike, and closes it in the right order.
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { appRoot } from '../base/root.ts'
import { forkChild, type ChildFactory } from '../jobs/child.ts'
import { createWorkerClient } from '../jobs/workerClient.ts'
import { openStore } from '../store/index.ts'
import type { Host } from './context.ts'
import { createServices, type ServiceTable } from './createServices.ts'

export interface ApplicationOptions {
  /** Folder of the case store; made where it is not there. */
  readonly folder: string
  readonly host: Host
  /** How the image process is made; default a child of Node. */
  readonly child?: ChildFactory
  /** Clock of the store, for tests. */
  readonly now?: () => Date
  /** Where defects go; default standard error. */
  readonly log?: (message: string, error: unknown) => void
}
export interface Application extends ServiceTable {
  readonly version: string
}

/** @throws UserFacingError as openStore does: the store is locked, of a newer version, damaged, or cannot be made */
export async function openApplication(options: ApplicationOptions): Promise<Application> {
  const { folder, host, child = forkChild, now, log } = options
  const { version } = JSON.parse(readFileSync(path.join(appRoot, 'package.json'), 'utf8')) as { version: string }
  const store = openStore({ folder, appVersion: version, ...(now ? { now } : {}) })
  try {
    const scratch = path.join(store.folder, 'scratch')
    // What a killed process left: nobody needs it any more.
    rmSync(scratch, { recursive: true, force: true })
    const worker = createWorkerClient({
      childFactory: child,
      scratch,
      log: (detail) => (log ?? console.error)('in the image process', detail),
    })
    const services = createServices({ store, worker, host, version, ...(log ? { log } : {}) })
    // A person at a screen will need it in a moment; a command may not need it at all.
    if (host !== 'cli') worker.report().catch(() => undefined)
    return {
      ...services,
      version,
      async close() {
        await services.close()
        await worker.close()
        store.close()
      },
    }
  } catch (error) {
    store.close()
    throw error
  }
}
