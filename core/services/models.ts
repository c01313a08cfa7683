// Model packages: known, imported, put to use, retired; and what the worker opens of them.
import type { Handlers } from '../contract/index.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { ModelPackage, ModelRole, modelCalls } from '../contract/models.ts'
import type { Configuration, LoadedModel } from '../jobs/protocol.ts'
import { importModel } from '../models/import.ts'
import { inspectModel, type OpenModel } from '../models/inspect.ts'
import { findPackage, listPackages, loadModel, type PackageOnDisk } from '../models/packages.ts'
import { selfTest } from '../models/selfTest.ts'
import {
  activateModel,
  activeModel,
  getModel,
  getSettings,
  listJobs,
  listModels,
  registerModel,
  retireModel,
  type Actor,
  type Store,
} from '../store/index.ts'
import type { z } from 'zod'
import { actorOf, changed, type Services } from './context.ts'

type Role = z.infer<typeof ModelRole>

/** Makes every package on disk known to the store. @returns what is wrong with folders that should be packages */
export function registerPackages(store: Store, actor: Actor): string[] {
  const { packages, problems } = listPackages(store.folder)
  for (const { card, shipped, bytes } of packages) registerModel(store, actor, { card, shipped, bytes })
  return problems.map((problem) => problem.reason)
}

/** What the worker is to open: the active packages, their bytes checked; what cannot be used is told in sentences. */
export function configurationOf(store: Store): Omit<Configuration, 'cpuOnly'> {
  const problems: string[] = []
  const load = (role: Role): LoadedModel | null => {
    const active = activeModel(store, role)
    if (!active) return null
    try {
      const found = findPackage(listPackages(store.folder).packages, active.card.sha256)
      return { model: loadModel(found), card: found.card }
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
      return null
    }
  }
  const detector = load('detector')
  const recogniser = load('recogniser')
  return { threads: getSettings(store).threads, detector, recogniser, problems }
}

export function modelHandlers(services: Services): Handlers<keyof typeof modelCalls> {
  const { store, worker } = services
  // Files from outside run in the worker alone.
  const open: OpenModel = (model) => worker.openSession(model, { threads: 1 })
  const reconfigured = (): void => {
    worker.configure(() => configurationOf(store))
    changed(services, 'models')
    changed(services, 'galleries')
    changed(services, 'device')
  }
  const onDisk = (sha256: string): PackageOnDisk => findPackage(listPackages(store.folder).packages, sha256)
  return {
    'models.list': () => listModels(store),
    'models.inspect': ({ fileName, bytes }) => inspectModel(bytes, fileName, open),
    async 'models.import'({ fileName, bytes, name, pixels, licence, source }, context) {
      const made = await importModel({
        bytes,
        fileName,
        name,
        pixels,
        licence,
        source,
        storeFolder: store.folder,
        open,
      })
      const { card, shipped, bytes: size } = made
      const before = activeModel(store, card.role)
      const known = registerModel(store, actorOf(services, 'models.import', context), { card, shipped, bytes: size })
      if (before) changed(services, 'models')
      else reconfigured()
      return known
    },
    'models.activate'({ sha256 }, context): ModelPackage[] {
      refuseWhileJobsRun(store)
      // A package that cannot be read, or is not what it was, is refused before it is put to use.
      loadModel(onDisk(sha256))
      const all = activateModel(store, actorOf(services, 'models.activate', context), sha256)
      reconfigured()
      return all
    },
    'models.retire'({ sha256 }, context) {
      const retired = retireModel(store, actorOf(services, 'models.retire', context), sha256)
      changed(services, 'models')
      return retired
    },
    async 'models.selfTest'({ sha256 }) {
      const { card } = getModel(store, sha256)
      const session = await worker.openSession(loadModel(onDisk(sha256)), { threads: getSettings(store).threads })
      try {
        return await selfTest(session, card)
      } finally {
        await session.release()
      }
    },
  }
}

/** A gallery enrolled half by one model and half by another would have to be enrolled twice. */
function refuseWhileJobsRun(store: Store): void {
  const running = listJobs(store, { active: true }).find(({ state }) => ['running', 'queued'].includes(state.kind))
  if (running)
    throw new UserFacingError('conflict', `A job is running (${running.title}); stop it before changing the model.`)
}
