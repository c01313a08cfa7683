// Opens a package's networks from its folder: for whoever measures a package or uses it outside the worker process.
import { createPair, type PackageRecogniser } from '../faces/pair.ts'
import { openHere, type OpenModel } from './inspect.ts'
import { loadNetworks, type PackageOnDisk } from './packages.ts'

export interface OpenRecogniser extends PackageRecogniser {
  release(): Promise<void>
}

/**
 * @param open how a session is opened; default in this process, on one thread
 * @throws UserFacingError 'integrity' where a network is not the one in the card, 'wrong-model' where it is no recogniser
 */
export async function openRecogniser(p: PackageOnDisk, open: OpenModel = openHere): Promise<OpenRecogniser> {
  const networks = loadNetworks(p)
  const probe = await open(networks.model)
  const gallery = networks.gallery ? await open(networks.gallery) : null
  const release = async (): Promise<void> => {
    await probe.release()
    await gallery?.release()
  }
  try {
    return { ...createPair({ probe, gallery }, p.card), release }
  } catch (error) {
    await release()
    throw error
  }
}
