// The application itself: its status, its settings, and the demonstration case.
import type { appCalls } from '../contract/app.ts'
import type { Handlers } from '../contract/index.ts'
import type { WorkerState } from '../jobs/workerClient.ts'
import {
  activeModel,
  currentAccount,
  findDemo,
  getModel,
  getSettings,
  isFirstStart,
  offeredRecogniser,
  setSettings,
  type Store,
} from '../store/index.ts'
import { actorOf, changed, type Services } from './context.ts'
import { createDemo } from './demo.ts'
import { examine } from './doctor.ts'
import { configurationOf } from './models.ts'

export function appHandlers(services: Services, packageProblems: readonly string[]): Handlers<keyof typeof appCalls> {
  const { store, worker, host, version } = services
  return {
    'app.status'() {
      const recogniser = activeModel(store, 'recogniser')
      const detector = activeModel(store, 'detector')?.card
      return {
        version,
        host,
        node: process.versions.node,
        storePath: store.folder,
        schemaVersion: store.schemaVersion,
        account: currentAccount(store),
        recogniser: recogniser && {
          name: recogniser.card.name,
          sha256: recogniser.hash,
          state: recogniser.card.state,
        },
        offer: offer(store),
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

function offer(store: Store): { name: string; sha256: string } | null {
  const sha256 = offeredRecogniser(store)
  return sha256 === null ? null : { name: getModel(store, sha256).card.name, sha256 }
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
