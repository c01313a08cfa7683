// Model packages: known, imported, put to use, retired; and what the worker opens of them.
import { existsSync } from 'node:fs'
import { resource } from '../base/root.ts'
import type { Handlers } from '../contract/index.ts'
import { UserFacingError } from '../contract/errors.ts'
import { recipeNames, type ModelPackage, type modelCalls } from '../contract/models.ts'
import type { Configuration, LoadedModel } from '../jobs/protocol.ts'
import { importModel } from '../models/import.ts'
import { importPackage } from '../models/importPackage.ts'
import { inspectModel, type OpenModel } from '../models/inspect.ts'
import { defaultRecogniser } from '../models/defaults.ts'
import { findPackage, listPackages, loadNetworks, shippedFolder, type PackageOnDisk } from '../models/packages.ts'
import { selfTest } from '../models/selfTest.ts'
import {
  activateModel,
  activeModel,
  getModel,
  getSettings,
  listJobs,
  listModels,
  offeredRecogniser,
  offerRecogniser,
  registerModel,
  retireModel,
  settleOffer,
  type Actor,
  type Store,
} from '../store/index.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { actorOf, changed, type Services } from './context.ts'
import { reenrolStale } from './enrolment.ts'

/**
 * Makes every package on disk known to the store. A new store uses the recommended recogniser; an existing one keeps its
 * own, and is told of a recommended one that it did not know.
 * @returns what is wrong with folders that should be packages
 */
export function registerPackages(store: Store, actor: Actor, shippedIn = shippedFolder()): string[] {
  const { packages, problems } = listPackages(store.folder, shippedIn)
  const recommended = defaultRecogniser(packages, shippedIn)
  const isNew = recommended !== null && !listModels(store).some(({ hash }) => hash === recommended.hash)
  // The first usable one of a role becomes the one in use.
  const inOrder = [...packages].sort((a, b) => Number(b === recommended) - Number(a === recommended))
  for (const { card, shipped, bytes } of inOrder) registerModel(store, actor, { card, shipped, bytes })
  if (isNew && activeModel(store, 'recogniser')?.hash !== recommended.hash)
    offerRecogniser(store, actor, recommended.hash)
  return problems.map((problem) => problem.reason)
}

/** What the worker is to open: the active packages, their bytes checked; what cannot be used is told in sentences. */
export function configurationOf(store: Store): Omit<Configuration, 'cpuOnly'> {
  const problems: string[] = []
  const { packages } = listPackages(store.folder)
  const load = (active: Pick<ModelPackage, 'hash'> | null): LoadedModel | null => {
    if (!active) return null
    try {
      const found = findPackage(packages, active.hash)
      return { ...loadNetworks(found), card: found.card, hash: found.hash }
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
      return null
    }
  }
  const detector = load(activeModel(store, 'detector'))
  const recogniser = load(activeModel(store, 'recogniser'))
  const hallucinators = listModels(store)
    .filter(({ card }) => card.role === 'hallucinator' && card.state !== 'retired')
    .map(load)
    .filter((each) => each !== null)
  return { threads: getSettings(store).threads, detector, recogniser, hallucinators, problems }
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
  const register = ({ card, shipped, bytes }: PackageOnDisk, actor: Actor): ModelPackage => {
    const before = activeModel(store, card.role)
    const known = registerModel(store, actor, { card, shipped, bytes })
    if (before) changed(services, 'models')
    else reconfigured()
    return known
  }
  const onDisk = (sha256: string): PackageOnDisk => findPackage(listPackages(store.folder).packages, sha256)
  return {
    'models.list': () => listModels(store).map(withRuns),
    'models.inspect': ({ fileName, bytes }) => inspectModel(bytes, fileName, open),
    async 'models.import'({ fileName, bytes, name, pixels, licence, source, galleryNetworkOf }, context) {
      const made = await importModel({
        bytes,
        fileName,
        name,
        pixels,
        licence,
        source,
        galleryNetworkOf: galleryNetworkOf === undefined ? undefined : onDisk(galleryNetworkOf),
        storeFolder: store.folder,
        open,
      })
      return register(made, actorOf(services, 'models.import', context))
    },
    async 'models.importPackage'(files, context) {
      return register(
        await importPackage(files, store.folder, open),
        actorOf(services, 'models.importPackage', context),
      )
    },
    'models.activate'({ sha256, reenrol }, context): ModelPackage[] {
      refuseWhileJobsRun(store)
      // A package that cannot be read, or is not what it was, is refused before it is put to use.
      loadNetworks(onDisk(sha256))
      const actor = actorOf(services, 'models.activate', context)
      const all = activateModel(store, actor, sha256)
      settleOffer(store, actor)
      reconfigured()
      if (reenrol) reenrolStale(services, actor)
      return all.map(withRuns)
    },
    'models.decline'({ sha256 }, context) {
      getModel(store, sha256)
      if (offeredRecogniser(store) === sha256) settleOffer(store, actorOf(services, 'models.decline', context))
      changed(services, 'settings')
      return {}
    },
    'models.retire'({ sha256 }, context) {
      const retired = retireModel(store, actorOf(services, 'models.retire', context), sha256)
      changed(services, 'models')
      return retired
    },
    async 'models.selfTest'({ sha256 }) {
      const { card } = getModel(store, sha256)
      const { model, gallery } = loadNetworks(onDisk(sha256))
      const sessions: OnnxSession[] = []
      const opened = async (bytes: Uint8Array): Promise<OnnxSession> => {
        const session = await worker.openSession(bytes, { threads: getSettings(store).threads })
        sessions.push(session)
        return session
      }
      try {
        return await selfTest(await opened(model), card, gallery && (await opened(gallery)))
      } finally {
        for (const session of sessions) await session.release()
      }
    },
  }
}

/** With the records of its training runs that ship, found by the names of the recipes. */
const withRuns = (model: ModelPackage): ModelPackage => ({
  ...model,
  runs: model.shipped ? recipeNames(model.card).filter((name) => existsSync(resource('runs', name))) : [],
})

/** A gallery enrolled half by one model and half by another would have to be enrolled twice. */
function refuseWhileJobsRun(store: Store): void {
  const running = listJobs(store, { active: true }).find(({ state }) => ['running', 'queued'].includes(state.kind))
  if (running)
    throw new UserFacingError('conflict', `A job is running (${running.title}); stop it before changing the model.`)
}
