// The worker as the rest of the application sees it: typed calls, and a fresh process after a crash.
import { UserFacingError } from '../contract/errors.ts'
import type { OnnxSession } from '../runtime/session.ts'
import type { ChildFactory } from './child.ts'
import { createGallerySender, type GallerySource } from './gallerySender.ts'
import { createPackageSender, type LoadPackage } from './packageSender.ts'
import type { Configuration, ImageCalls, PlainCalls, WorkerReport } from './protocol.ts'
import { remoteSession } from './remoteSession.ts'
import { NeedError, startProcess, type WorkerOptions, type WorkerProcess } from './workerProcess.ts'

export { isCrash, type WorkerOptions } from './workerProcess.ts'
export type { GallerySource } from './gallerySender.ts'
export type { LoadPackage } from './packageSender.ts'

/** An image by its hash; `read` is called only when the worker does not hold the pixels any more. */
export interface ImageSource {
  readonly sha256: string
  readonly fileName: string
  read(): Uint8Array | Promise<Uint8Array>
}
export type WorkerState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly report: WorkerReport }
  /** The process ended by itself or could not start; the next call starts a new one. */
  | { readonly kind: 'failed'; readonly reason: string }

export interface WorkerClient {
  readonly state: WorkerState
  onState(listener: (state: WorkerState) => void): () => void
  /**
   * What a process opens when it starts; a running one opens it at once, before any later call.
   * @param wanted asked anew for every process, so that models need not be kept in memory here
   */
  configure(wanted: () => Omit<Configuration, 'cpuOnly'>): void
  /** Starts the process where none runs, and returns what it opened. @throws UserFacingError 'unavailable' */
  report(): Promise<WorkerReport>
  /** @throws UserFacingError what the worker says; 'unavailable' where its process ended meanwhile (see isCrash) */
  image<K extends keyof ImageCalls>(
    name: K,
    image: ImageSource,
    input: ImageCalls[K]['in'],
    options?: WorkerOptions,
  ): Promise<ImageCalls[K]['out']>
  /**
   * Templates of one face by any packages, opened there as they are needed.
   * @throws UserFacingError as `image` does, and as opening a package does
   */
  templates(
    image: ImageSource,
    input: ImageCalls['templates']['in'],
    load: LoadPackage,
    options?: WorkerOptions,
  ): Promise<ImageCalls['templates']['out']>
  /** Opens a package beside the one in use and times it: ms for one template of a gallery face. */
  timePackage(hash: string, load: LoadPackage): Promise<number>
  /** The gallery is sent once and kept there while memory lasts. */
  search(
    gallery: GallerySource,
    query: Omit<PlainCalls['search']['in'], 'key'>,
    options?: WorkerOptions,
  ): Promise<PlainCalls['search']['out']>
  /** A session in the worker: a hostile or broken model ends that process, not this one. */
  openSession(model: Uint8Array | string, options?: { threads?: number }): Promise<OnnxSession>
  /** Ends the process; calls that still run are rejected. */
  close(): Promise<void>
}

/** So often a call may lack something: the bytes, and twice every package of a comparison. */
const MOST_NEEDS = 20

/**
 * @param options.childFactory makes the process; see `forkChild`
 * @param options.scratch folder for files that live for a moment
 * @param options.log where defects in the worker go, with their detail
 */
export function createWorkerClient({
  childFactory,
  scratch,
  log = () => undefined,
}: {
  childFactory: ChildFactory
  scratch: string
  log?: (message: string) => void
}): WorkerClient {
  let state: WorkerState = { kind: 'stopped' }
  let configuration: () => Omit<Configuration, 'cpuOnly'> = () => ({
    threads: 0,
    detector: null,
    recogniser: null,
    hallucinators: [],
    problems: [],
  })
  /** A graphics driver may take the process with it when it is tried; then the next one leaves it alone. */
  let cpuOnly = false
  let configured = 0
  let running: WorkerProcess | null = null
  let closed = false
  const listeners = new Set<(state: WorkerState) => void>()
  const become = (next: WorkerState): void => {
    state = next
    for (const listener of [...listeners]) listener(next)
  }

  function process(): WorkerProcess {
    if (running) return running
    if (closed) throw new UserFacingError('unavailable', 'The application is closing.')
    const started = startProcess(
      childFactory,
      (reason) => {
        if (running !== started) return
        running = null
        if (state.kind === 'starting' && !closed) cpuOnly = true
        become(closed ? { kind: 'stopped' } : { kind: 'failed', reason })
      },
      log,
    )
    running = started
    configureNow(started)
    return started
  }
  function configureNow(target: WorkerProcess): void {
    become({ kind: 'starting' })
    const mine = ++configured
    const current = (): boolean => running === target && configured === mine
    target.ask('configure', { ...configuration(), cpuOnly }).then(
      (report) => current() && become({ kind: 'ready', report: report as WorkerReport }),
      (error: unknown) => current() && become({ kind: 'failed', reason: String((error as Error).message) }),
    )
  }
  const sender = createGallerySender(process, scratch)
  const packages = createPackageSender(process)
  /** Asks, hands over what is missing, and asks again; a worker that never has enough is given up on. */
  async function supplied<T>(ask: (bytes?: Uint8Array) => Promise<unknown>, load: LoadPackage, image?: ImageSource) {
    let bytes: Uint8Array | undefined
    for (let asked = 0; ; asked++)
      try {
        return (await ask(bytes)) as T
      } catch (error) {
        if (!(error instanceof NeedError) || asked >= MOST_NEEDS) throw error
        if (error.needed.what === 'package') await packages.send(error.needed.model, load)
        else bytes = await image?.read()
      }
  }
  async function settled(): Promise<void> {
    while (state.kind === 'starting') {
      const { promise, resolve } = Promise.withResolvers<void>()
      listeners.add(resolve as () => void)
      await promise
      listeners.delete(resolve as () => void)
    }
  }

  return {
    get state() {
      return state
    },
    onState(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    configure(next) {
      configuration = next
      if (running) configureNow(running)
    },
    async report() {
      process()
      await settled()
      // Tried once more where it ended at its start: without graphics devices this time.
      if (state.kind === 'failed' && cpuOnly && !running) {
        process()
        await settled()
      }
      if (state.kind === 'ready') return state.report
      const reason = state.kind === 'failed' ? state.reason : 'it was closed'
      throw new UserFacingError('unavailable', `The image process could not be started (${reason}).`)
    },
    async image(name, { sha256, fileName, read }, input, options) {
      const call = async (bytes?: Uint8Array): Promise<never> => {
        const image = { sha256, fileName, ...(bytes ? { bytes } : {}) }
        return (await process().ask(name, { ...input, image }, options)) as never
      }
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof NeedError)) throw error
        return call(await read())
      }
    },
    templates: (image, input, load, options) =>
      supplied(
        (bytes) => {
          const { sha256, fileName } = image
          return process().ask('templates', { ...input, image: { sha256, fileName, ...(bytes && { bytes }) } }, options)
        },
        load,
        image,
      ),
    async timePackage(hash, load) {
      const { ms } = await supplied<PlainCalls['time']['out']>(() => process().ask('time', { model: hash }), load)
      return ms
    },
    async search(gallery, query, options) {
      const call = async (): Promise<never> =>
        (await process().ask('search', { key: gallery.key, ...query }, options)) as never
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof NeedError)) throw error
        await sender.send(gallery, options?.signal)
        return call()
      }
    },
    openSession: (model, options = {}) => remoteSession(process, model, options.threads ?? 0),
    async close() {
      closed = true
      await running?.end()
    },
  }
}
