// Matching through made-up faces: small probes are embedded as what a hallucinator makes of them.
import type { Image8 } from '../images/pixels.ts'
import type { Embed } from './embedders.ts'

/**
 * Probes of at most `upTo` px are embedded as the face made up for them (row d of Kong et al. 2019, Table 2); larger
 * ones, and faces without a side, as they are. What was made up has full size, so none is told on for it.
 * @param make a face of full size from an enlarged one of this native side in pixels
 */
export const hallucinating =
  (embed: Embed, upTo: number, make: (enlarged: Image8, side: number) => Promise<Image8>): Embed =>
  async (faces, sides) => {
    const shown: Image8[] = []
    const told: number[] = []
    for (const [i, face] of faces.entries()) {
      const side = (typeof sides === 'number' ? sides : sides?.[i]) ?? face.width
      const small = side <= upTo
      shown.push(small ? await make(face, side) : face)
      told.push(small ? face.width : side)
    }
    return embed(shown, told)
  }
