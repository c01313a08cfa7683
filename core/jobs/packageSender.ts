// Hands packages to the worker that it is to compare with the one in use, each once however many ask.
import type { LoadedModel } from './protocol.ts'
import type { WorkerProcess } from './workerProcess.ts'

/** A package's networks, by its hash. @throws UserFacingError where they cannot be read, or are not what they were */
export type LoadPackage = (hash: string) => LoadedModel

/** @param process the process to send to; asked anew for every package */
export function createPackageSender(process: () => WorkerProcess): {
  send(hash: string, load: LoadPackage): Promise<void>
} {
  const sending = new Map<string, Promise<unknown>>()
  const sendNow = async (hash: string, load: LoadPackage): Promise<unknown> =>
    process().ask('package', { model: load(hash) })
  return {
    async send(hash, load) {
      const sent = sending.get(hash) ?? sendNow(hash, load).finally(() => sending.delete(hash))
      sending.set(hash, sent)
      await sent
    },
  }
}
