// A face hallucination network behind plain pictures: aligned, enlarged faces in, made-up faces and their priors out.
import { UserFacingError } from '../contract/errors.ts'
import type { ModelCard, PixelContract } from '../contract/models.ts'
import { strongestClasses } from '../images/overlays.ts'
import type { Image8 } from '../images/pixels.ts'
import type { OnnxSession } from '../runtime/session.ts'
import { toldSize } from './told.ts'

/** What the network makes of one face. */
export interface MadeUp {
  readonly image: Image8
  /** [grid, grid, points], peaks near 1. */
  readonly heatmaps: Float32Array
  /** [grid, grid], labels of `PARSING_LEGEND`. */
  readonly parsing: Uint8Array
}
export interface Hallucinator {
  readonly pixels: PixelContract
  /** Cells a side of heatmaps and parsing maps. */
  readonly grid: number
  /**
   * @param face pixels.size square, enlarged from `nativeSide` px
   * @param nativeSide sizes outside what the network was trained on are told as the nearest that it was
   */
  run(face: Image8, nativeSide: number): Promise<MadeUp>
}

/**
 * @param session [1, 4, size, size] (colour and size plane) → `image`, `landmarks`, `parsing`, as `vestige train` writes them
 * @throws UserFacingError 'wrong-model' where the package is no hallucinator
 */
export function createHallucinator(session: OnnxSession, card: ModelCard): Hallucinator {
  const { pixels, hallucination } = card
  const [input] = session.inputs
  const outputs = new Map(session.outputs.map((port) => [port.name, port]))
  const side = (name: string): number => Number(outputs.get(name)?.dims.at(-1))
  if (
    !pixels ||
    !hallucination ||
    !input ||
    Number(input.dims[1]) !== 4 ||
    !['image', 'landmarks', 'parsing'].every((name) => outputs.has(name))
  )
    throw new UserFacingError('wrong-model', `${card.name} makes up no faces: choose another model package.`)
  const { size, mean, scale } = pixels
  const plane = size * size
  const grid = side('landmarks')
  return {
    pixels,
    grid,
    async run({ data }, nativeSide) {
      const x = new Float32Array(4 * plane)
      for (let c = 0; c < 3; c++)
        for (let i = 0; i < plane; i++) x[c * plane + i] = (data[i * 3 + c]! - mean[c]!) / scale[c]!
      const told = Math.min(hallucination.to, Math.max(hallucination.from, nativeSide))
      x.fill(toldSize(told), 3 * plane)
      const y = await session.run({ [input.name]: { dims: [1, 4, size, size], data: x } })
      const [image, landmarks, parsing] = ['image', 'landmarks', 'parsing'].map((name) => y[name]!.data)
      const made = new Uint8ClampedArray(plane * 3)
      for (let c = 0; c < 3; c++)
        for (let i = 0; i < plane; i++) made[i * 3 + c] = image![c * plane + i]! * scale[c]! + mean[c]!
      return {
        image: { width: size, height: size, data: new Uint8Array(made.buffer) },
        heatmaps: channelsLast(landmarks!, grid),
        parsing: strongestClasses(channelsLast(parsing!, grid)),
      }
    },
  }
}

/** [channels, grid, grid] → [grid, grid, channels]. */
function channelsLast(values: Float32Array, grid: number): Float32Array {
  const cells = grid * grid
  const channels = values.length / cells
  const out = new Float32Array(values.length)
  for (let c = 0; c < channels; c++) for (let i = 0; i < cells; i++) out[i * channels + c] = values[c * cells + i]!
  return out
}
