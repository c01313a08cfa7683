// The application itself: its status, its settings, and the demonstration case.
import type { appCalls } from '../contract/app.ts'
import type { Handlers } from '../contract/index.ts'
import type { WorkerState } from '../jobs/workerClient.ts'
import { activeModel, currentAccount, findDemo, getSettings, isFirstStart, setSettings } from '../store/index.ts'
import { actorOf, changed, type Services } from './context.ts'
import { createDemo } from './demo.ts'
import { examine } from './doctor.ts'
import { configurationOf } from './models.ts'

export function appHandlers(services: Services, packageProblems: readonly string[]): Handlers<keyof typeof appCalls> {
  const { store, worker, host, version } = services
  return {
    'app.status'() {
      const recogniser = activeModel(store, 'recogniser')?.card
      const detector = activeModel(store, 'detector')?.card
      return {
        version,
        host,
        node: process.versions.node,
        storePath: store.folder,
        schemaVersion: store.schemaVersion,
        account: currentAccount(store),
        recogniser: recogniser ? { name: recogniser.name, sha256: recogniser.sha256, state: recogniser.state } : null,
        detector: detector ? { name: detector.name, sha256: detector.sha256 } : null,
        device: worker.state.kind === 'ready' ? worker.state.report.device : null,
        deviceNote: noteOn(worker.state),
        demo: findDemo(store),
        firstStart: isFirstStart(store),
      }
    },
    'app.doctor': () => examine(services, packageProblems),
    'settings.get': () => getSettings(store),
    'settings.set'(changes, context) {
      const before = getSettings(store)
      const after = setSettings(store, actorOf(services, 'settings.set', context), changes)
      if (after.threads !== before.threads) worker.configure(() => configurationOf(store))
      changed(services, 'settings')
      return after
    },
    'demo.create': (_, context) => createDemo(services, actorOf(services, 'demo.create', context)),
  }
}

/** What stands beside the device in the status bar; null where all is well. */
export function noteOn(state: WorkerState): string | null {
  switch (state.kind) {
    case 'ready':
      return state.report.problems.length > 0 ? state.report.problems.join(' ') : null
    case 'starting':
      return 'The image process is starting.'
    case 'failed':
      return `The image process stopped (${state.reason}); it starts again with the next request.`
    case 'stopped':
      return 'The image process starts with the first request.'
  }
}
