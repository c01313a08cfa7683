// Makes a template of one face: align, hand to the recogniser's network, scale to unit length; or says why not.
import type { Box, FivePoints } from '../contract/common.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { ModelCard, PixelContract } from '../contract/models.ts'
import { alignFace, nativeSide, toInput } from '../images/align.ts'
import type { Image8 } from '../images/pixels.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { mirrored, unit, type Augmentation } from './flip.ts'
import { toldSize } from './told.ts'
import { whyInsufficient } from './sufficient.ts'

export type { Augmentation } from './flip.ts'

export type Outcome =
  | { kind: 'template'; /** Unit length. */ vector: Float32Array }
  | { kind: 'insufficient'; /** One sentence for the person. */ reason: string }

/** A face to make a template of, in pixels of its image (pixel centres at +0.5). */
export interface Placed {
  box: Box
  points: FivePoints
}

export interface Recogniser {
  /** Values per template. */
  readonly dim: number
  readonly pixels: PixelContract
  readonly augmentation: Augmentation
  embed(image: Image8, box: Box, points: FivePoints): Promise<Outcome>
  /** Outcomes in the order of the faces; faces share network runs where the model takes more than one at a time. */
  embedMany(
    image: Image8,
    faces: readonly Placed[],
    options?: { signal?: AbortSignal; progress?: (done: number, total: number) => void },
  ): Promise<Outcome[]>
  /**
   * Templates of faces that are aligned already (pixels.size squares); null where the network gives no finite one.
   * @param sides native side of each, or of all, for a network that is told it; default pixels.size
   */
  templates(aligned: readonly Image8[], sides?: number | readonly number[]): Promise<(Float32Array | null)[]>
}
/** Makes templates of faces in images: what becomes of a face may depend on its size there. */
export type FaceRecogniser = Omit<Recogniser, 'templates'>

/** An aligned face and the native side that it was enlarged from. */
interface Seen {
  readonly face: Image8
  readonly side: number
}

/** Faces per run where the model's batch is free: beyond this a run only needs more memory. */
const BATCH = 8

function ports(session: OnnxSession, card: ModelCard) {
  const [input] = session.inputs
  const [output] = session.outputs
  if (card.pixels === null || card.role !== 'recogniser' || !input || !output)
    throw new UserFacingError('wrong-model', `${card.name} is not a recogniser: choose another model package.`)
  return { input, output, pixels: card.pixels }
}

/**
 * @param session one of the package's networks, one image input and one embedding output
 * @param card says how pixels become its input
 * @param options.augmentation default: what the card declares
 */
export function createRecogniser(
  session: OnnxSession,
  card: ModelCard,
  { augmentation = card.inference?.flip ? 'flip-sum' : 'none' }: { augmentation?: Augmentation } = {},
): Recogniser {
  const { input, output, pixels } = ports(session, card)
  const { size } = pixels
  const batch = typeof input.dims[0] === 'number' ? Math.max(1, input.dims[0]) : BATCH
  const free = typeof input.dims[0] !== 'number'
  const dim = card.embedding ?? Number(output.dims.at(-1))
  const plane = size * size
  /** A fourth channel is told the native side. */
  const channels = Number(pixels.layout === 'NCHW' ? input.dims[1] : 3) === 4 ? 4 : 3

  /** Raw embeddings; the last run of a model with a fixed batch is filled up with zeros. */
  async function raw(faces: readonly Seen[]): Promise<Float32Array[]> {
    const out: Float32Array[] = []
    for (let first = 0; first < faces.length; first += batch) {
      const some = faces.slice(first, first + batch)
      const rows = free ? some.length : batch
      const data = new Float32Array(rows * plane * channels)
      some.forEach(({ face, side }, k) => {
        data.set(toInput(face, pixels), k * plane * channels)
        if (channels === 4) data.fill(toldSize(side), (k * 4 + 3) * plane, (k + 1) * 4 * plane)
      })
      const dims = pixels.layout === 'NCHW' ? [rows, channels, size, size] : [rows, size, size, 3]
      const values = (await session.run({ [input.name]: { dims, data } }))[output.name]!.data
      if (values.length !== rows * dim)
        throw new UserFacingError(
          'wrong-model',
          `${card.name} gave ${values.length} numbers where its card promises ${rows * dim}: import the model again.`,
        )
      some.forEach((_, k) => out.push(values.slice(k * dim, (k + 1) * dim)))
    }
    return out
  }

  async function templates(
    aligned: readonly Image8[],
    sides: number | readonly number[] = size,
  ): Promise<(Float32Array | null)[]> {
    const seen = aligned.map((face, i): Seen => ({ face, side: typeof sides === 'number' ? sides : sides[i]! }))
    if (augmentation === 'none') return (await raw(seen)).map(unit)
    const both = await raw(seen.flatMap(({ face, side }) => [face, mirrored(face)].map((face) => ({ face, side }))))
    return aligned.map((_, k) => unit(both[2 * k]!.map((value, i) => value + both[2 * k + 1]![i]!)))
  }

  /** The aligned face, or the reason why there is none. */
  function prepare(image: Image8, { box, points }: Placed): Seen | string {
    const reason = whyInsufficient(image, box, points)
    if (reason !== null) return reason
    try {
      return { face: alignFace(image, points, pixels), side: nativeSide(points, pixels) }
    } catch (error) {
      if (error instanceof UserFacingError && error.code === 'insufficient') return error.message
      throw error
    }
  }

  const embedMany: Recogniser['embedMany'] = async (image, faces, { signal, progress } = {}) => {
    const outcomes: Outcome[] = []
    for (let first = 0; first < faces.length; first += batch) {
      signal?.throwIfAborted()
      const prepared = faces.slice(first, first + batch).map((face) => prepare(image, face))
      const seen = prepared.filter((face) => typeof face !== 'string')
      const vectors = await templates(
        seen.map(({ face }) => face),
        seen.map(({ side }) => side),
      )
      let next = 0
      for (const face of prepared) {
        const vector = typeof face === 'string' ? null : vectors[next++]!
        if (typeof face === 'string') outcomes.push({ kind: 'insufficient', reason: face })
        else if (vector !== null) outcomes.push({ kind: 'template', vector })
        else outcomes.push({ kind: 'insufficient', reason: `${card.name} gave no usable numbers for this face.` })
      }
      progress?.(outcomes.length, faces.length)
    }
    return outcomes
  }

  return {
    dim,
    pixels,
    augmentation,
    templates,
    embedMany,
    embed: async (image, box, points) => (await embedMany(image, [{ box, points }]))[0]!,
  }
}
