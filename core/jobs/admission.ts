// Keeps made-up faces out: every picture of which evidence, a template or a probe is made passes here first.
import type { Box } from '../contract/common.ts'
import { syntheticFace } from '../contract/synthetic.ts'
import { crop, insideOf, wholeRegion, type Image8 } from '../images/pixels.ts'
import { syntheticMark, type SyntheticMark } from '../images/synthetic/detect.ts'

export interface Admission {
  /**
   * @param picture decoded, with what its file says of itself
   * @throws UserFacingError 'synthetic' where the file says that it is made up, or its pixels carry the mark
   */
  admit(sha256: string, fileName: string, picture: { readonly image: Image8; readonly declared: boolean }): void
  /**
   * The same of one face by itself: a marked face that is too small to be seen in a large picture fills its own box.
   * @throws UserFacingError 'synthetic'
   */
  admitFace(fileName: string, image: Image8, box: Box): void
}

/** Pictures of which it is remembered what was found, so that they are not looked at again. */
const REMEMBERED = 100_000

/** What is looked at about a face, as a share of its box at each side: made-up faces show hair and chin. */
const MARGIN = 0.25

export function createAdmission(): Admission {
  const known = new Map<string, SyntheticMark>()
  const refuse = (fileName: string, { found, score }: SyntheticMark, what: string): void => {
    if (found) throw syntheticFace(fileName, `${what} the mark of made-up faces, score ${score.toFixed(1)}`)
  }
  return {
    admit(sha256, fileName, { image, declared }) {
      if (declared) throw syntheticFace(fileName, 'its metadata says so')
      const mark = known.get(sha256) ?? syntheticMark(image)
      if (known.size >= REMEMBERED) known.clear()
      known.set(sha256, mark)
      refuse(fileName, mark, 'it carries')
    },
    admitFace(fileName, image, box) {
      const about = { x: -MARGIN * box.width, y: -MARGIN * box.height }
      const part = insideOf(
        image,
        wholeRegion({
          x: box.x + about.x,
          y: box.y + about.y,
          width: box.width - 2 * about.x,
          height: box.height - 2 * about.y,
        }),
      )
      if (part) refuse(fileName, syntheticMark(crop(image, part)), 'a face in it carries')
    },
  }
}
