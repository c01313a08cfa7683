// Packages that are compared with the one in use: opened as their networks are sent, closed when others took their place.
import { createPair, type PackageRecogniser } from '../faces/pair.ts'
import type { Placed } from '../faces/embed.ts'
import { alignFace } from '../images/align.ts'
import { blank, type Image8 } from '../images/pixels.ts'
import { openSession, type OnnxSession } from '../runtime/session.ts'
import { lease, type Lease } from './lease.ts'
import type { FaceOutcome, LoadedModel, WantedTemplate } from './protocol.ts'
import { Need } from './workerServe.ts'

export interface ComparedPackages {
  /** Where it is not open. @throws UserFacingError 'wrong-model', 'unreadable-file' where a network cannot be opened */
  open(model: LoadedModel, where: { threads: number; provider: string }): Promise<null>
  /** @throws Need for the first that is not open */
  need(hashes: readonly string[]): void
  /** @throws Need */
  time(hash: string): Promise<{ ms: number }>
  /** In the order asked for. @throws Need */
  templates(image: Image8, face: Placed, wanted: readonly WantedTemplate[]): Promise<FaceOutcome[]>
  /** All are closed when their last user is done. */
  retire(): void
}
interface Opened {
  readonly tool: PackageRecogniser
  readonly sessions: readonly OnnxSession[]
}

/** As many as one comparison has at most. */
const OPEN_AT_ONCE = 8
/** Runs of which the fastest is the time of one; the first warms the network up. */
const TRIALS = 3

export function comparedPackages(): ComparedPackages {
  // A Map keeps the order of insertion: the first entry is the one not used for longest.
  const opened = new Map<string, Lease<Opened>>()
  const timed = new WeakMap<PackageRecogniser, number>()
  const use = <R>(hash: string, work: (tool: PackageRecogniser) => Promise<R>): Promise<R> => {
    const known = opened.get(hash)
    if (!known) throw new Need({ what: 'package', model: hash })
    opened.delete(hash)
    opened.set(hash, known)
    return known.use(({ tool }) => work(tool))
  }
  return {
    async open(model, where) {
      if (opened.has(model.hash)) return null
      const made = lease(openPair(model, where), ({ sessions }) => release(sessions))
      opened.set(model.hash, made)
      for (const [oldest, each] of opened) {
        if (opened.size <= OPEN_AT_ONCE) break
        opened.delete(oldest)
        each.retire()
      }
      try {
        await made.use(() => undefined)
        return null
      } catch (error) {
        if (opened.get(model.hash) === made) opened.delete(model.hash)
        throw error
      }
    },
    need(hashes) {
      for (const model of hashes) if (!opened.has(model)) throw new Need({ what: 'package', model })
    },
    time: (hash) =>
      use(hash, async (tool) => {
        const known = timed.get(tool)
        if (known !== undefined) return { ms: known }
        const { gallery } = tool
        const face = blank(gallery.pixels.size, gallery.pixels.size, [127, 127, 127])
        let ms = Infinity
        for (let k = 0; k < TRIALS; k++) {
          const start = performance.now()
          await gallery.templates([face])
          ms = Math.min(ms, performance.now() - start)
        }
        timed.set(tool, ms)
        return { ms }
      }),
    async templates(image, face, wanted) {
      const outcomes: FaceOutcome[] = []
      for (const { model, as } of wanted) outcomes.push(await use(model, (tool) => template(tool, image, face, as)))
      return outcomes
    },
    retire() {
      for (const each of opened.values()) each.retire()
      opened.clear()
    },
  }
}

async function template(
  tool: PackageRecogniser,
  image: Image8,
  { box, points }: Placed,
  as: WantedTemplate['as'],
): Promise<FaceOutcome> {
  if (typeof as === 'string') return tool[as].embed(image, box, points)
  const [vector] = await tool.galleryAt([alignFace(image, points, tool.probe.pixels)], as)
  return vector
    ? { kind: 'template', vector }
    : { kind: 'insufficient', reason: `${tool.card.name} gave no usable numbers for this face at ${as} px.` }
}

async function openPair(
  { model, gallery, card }: LoadedModel,
  { threads, provider }: { threads: number; provider: string },
): Promise<Opened> {
  const sessions: OnnxSession[] = []
  const open = async (bytes: Uint8Array): Promise<OnnxSession> => {
    const session = await openSession(bytes, { threads, providers: [provider] })
    sessions.push(session)
    return session
  }
  try {
    const networks = { probe: await open(model), gallery: gallery && (await open(gallery)) }
    return { tool: createPair(networks, card), sessions }
  } catch (error) {
    await release(sessions)
    throw error
  }
}

async function release(sessions: readonly OnnxSession[]): Promise<void> {
  for (const session of sessions) await session.release()
}
