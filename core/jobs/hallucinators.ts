// The hallucinators of the worker: opened when they are needed, and what they make of a probe as plain arrays.
import { UserFacingError } from '../contract/errors.ts'
import { hallucinate } from '../faces/hallucinate.ts'
import { createHallucinator, type Hallucinator } from '../faces/hallucinator.ts'
import { peaks } from '../faces/peaks.ts'
import type { Image8 } from '../images/pixels.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import type { HallucinatedFaces, HallucinationRequest, LoadedModel } from './protocol.ts'
import type { CallTools } from './workerServe.ts'

export interface Hallucinators {
  /** @throws UserFacingError 'not-found' for an unknown package, 'wrong-model' where it makes up no faces */
  hallucinate(image: Image8, request: HallucinationRequest, tools: CallTools): Promise<HallucinatedFaces>
  release(): Promise<void>
}
interface Opened {
  readonly session: OnnxSession
  readonly tool: Hallucinator
}

/** @param provider of ONNX Runtime that the worker found to work */
export function openHallucinators(
  models: readonly LoadedModel[],
  { threads, provider }: { readonly threads: number; readonly provider: string },
): Hallucinators {
  const opened = new Map<string, Promise<Opened>>()
  const open = async ({ model, card }: LoadedModel): Promise<Opened> => {
    const session = await openSession(model, { threads, providers: [provider] })
    try {
      return { session, tool: createHallucinator(session, card) }
    } catch (error) {
      await session.release()
      throw error
    }
  }
  const get = (hash: string): Promise<Opened> => {
    const model = models.find((each) => each.hash === hash)
    if (!model)
      throw new UserFacingError('not-found', `There is no hallucinator ${hash.slice(0, 12)}…. See the list of models.`)
    const known = opened.get(hash) ?? open(model)
    opened.set(hash, known)
    // What could not be opened is tried again the next time.
    known.catch(() => opened.delete(hash))
    return known
  }
  return {
    async hallucinate(image, { points, model, samples, seed }, { signal, progress }) {
      const { session, tool } = await get(model)
      const start = performance.now()
      const made = await hallucinate(tool, image, points, {
        samples,
        seed,
        signal,
        progress: (done, total) => progress({ stage: 'hallucinating', done, total }),
      })
      const { size, nativeSide, region, faces, mean, spread, heatmaps, grid, parsing } = made
      return {
        size,
        nativeSide,
        region,
        faces,
        mean,
        spread,
        landmarks: peaks(heatmaps, grid, size),
        parsing,
        ms: performance.now() - start,
        provider: session.provider,
      }
    },
    async release() {
      for (const each of opened.values()) await each.then(({ session }) => session.release()).catch(() => undefined)
      opened.clear()
    },
  }
}
