// A recogniser whose answers are known: a flat grey picture of value g has the template of direction g degrees.
import { blank, type Image8 } from '../images/pixels.ts'
import type { Embed, Embedders } from './embedders.ts'

export const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** A flat grey survives any resampling; 255 stands for a face that gives no template. */
export const faceOf = (degrees: number, size = 112): Image8 => blank(size, size, [degrees, degrees, degrees])

/** Lists the faces it embeds; a turn makes a second network of the same space that is off by some degrees. */
export function angles(turn = 0): { embed: Embed; seen: number[] } {
  const seen: number[] = []
  const embed: Embed = (faces) => {
    seen.push(...faces.map((face) => face.data[0]!))
    return Promise.resolve(
      faces.map((face) => {
        const angle = radians(face.data[0]! + turn)
        return face.data[0] === 255 ? null : Float32Array.of(Math.cos(angle), Math.sin(angle))
      }),
    )
  }
  return { embed, seen }
}
export const alone = (embed: Embed): Embedders => ({ probe: embed, gallery: embed, sizes: null, second: null })
