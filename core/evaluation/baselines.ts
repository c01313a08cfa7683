// Baselines every result is read against: the pixels themselves, and an embedding that knows nothing.
import { sha256 } from '../base/sha256.ts'
import { lumaOf } from '../images/luma.ts'
import type { Image8 } from '../images/pixels.ts'
import { random } from '../images/random.ts'
import { resize } from '../images/resample.ts'
import type { Embed, Embedders } from './embedders.ts'

const alone = (embed: Embed): Embedders => ({ probe: embed, gallery: embed, sizes: null, second: null })

/** Side at which pixels are compared; finer ones say nothing more about faces of 7-56 px and cost memory. */
const SIDE = 28

/** Grey values at 28 x 28 (bicubic) less their mean: the cosine of two is their correlation. Null for a flat picture. */
function pixelTemplate(face: Image8): Float32Array | null {
  const small = resize(face, SIDE, SIDE, 'bicubic')
  const { data } = lumaOf(small, { x: 0, y: 0, width: SIDE, height: SIDE })!
  const mean = data.reduce((a, b) => a + b, 0) / data.length
  const template = data.map((v) => v - mean)
  return template.some((v) => Math.abs(v) > 1e-3) ? template : null
}

/** Correlation of bicubic pixels. */
export const pixelBaseline = (): Embedders => alone((faces) => Promise.resolve(faces.map(pixelTemplate)))

/** 64 normal numbers drawn from the picture's own bytes: the same picture gets the same, any other one unrelated ones. */
export const randomBaseline = (seed = 1): Embedders =>
  alone((faces) =>
    Promise.resolve(
      faces.map((face) => {
        const draw = random(seed, Number.parseInt(sha256(face.data).slice(0, 8), 16))
        return Float32Array.from({ length: 64 }, () => draw.normal())
      }),
    ),
  )
