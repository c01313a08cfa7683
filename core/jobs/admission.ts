// Keeps made-up faces out: every picture of which evidence, a template or a probe is made passes here first.
import { syntheticFace } from '../contract/synthetic.ts'
import type { Image8 } from '../images/pixels.ts'
import { syntheticMark, type SyntheticMark } from '../images/synthetic/detect.ts'

export interface Admission {
  /**
   * @param picture decoded, with what its file says of itself
   * @throws UserFacingError 'synthetic' where the file says that it is made up, or its pixels carry the mark
   */
  admit(sha256: string, fileName: string, picture: { readonly image: Image8; readonly declared: boolean }): void
  /**
   * The same of a part that is looked at by itself: a marked face that is small in a large picture fills its own box.
   * @throws UserFacingError 'synthetic'
   */
  admitPart(fileName: string, part: Image8): void
}

/** Pictures of which it is remembered what was found, so that they are not looked at again. */
const REMEMBERED = 100_000

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
    admitPart: (fileName, part) => refuse(fileName, syntheticMark(part), 'this face carries'),
  }
}
