// A dataset whose faces are image files: decodes one at a time, safely, and says what it is.
import { readFile, stat } from 'node:fs/promises'
import { UserFacingError } from '../contract/errors.ts'
import { decodeImage } from '../images/decode.ts'
import { MAX_FILE_BYTES } from '../images/limits.ts'
import type { Image8 } from '../images/pixels.ts'
import type { Dataset, FaceLabels, Format, Problem, Sample, SamplePair } from './types.ts'
import { compare } from './walk.ts'

/** @throws UserFacingError where the picture is not square: what is not square is not an aligned face */
export function square(image: Image8, name: string): Image8 {
  if (image.width === image.height) return image
  throw new UserFacingError(
    'unreadable-file',
    `"${name}" is ${image.width} x ${image.height} px; a dataset holds aligned, square faces, so align it first.`,
    { subject: name },
  )
}

/** Reads one image file of a stated largest size. */
export async function decodeFile(path: string, name: string, shape: 'square' | 'any' = 'square'): Promise<Image8> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw gone(name, cause)
  })
  if (size > MAX_FILE_BYTES)
    throw new UserFacingError('too-large', `"${name}" has ${Math.ceil(size / 2 ** 20)} MB; faces are smaller.`)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw gone(name, cause)
  })
  const { image } = await decodeImage(bytes, name)
  return shape === 'any' ? image : square(image, name)
}
const gone = (name: string, cause: unknown): UserFacingError =>
  new UserFacingError('unreadable-file', `"${name}" can no longer be read; check that the folder is still there.`, {
    subject: name,
    cause,
  })

/** Size and time of a file, in a form that changes whenever it is written. */
export async function fileStamp(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  return found ? `${found.size} ${found.mtimeNs}` : 'gone'
}

export const identitiesOf = (samples: readonly Sample[]): string[] =>
  [...new Set(samples.map((s) => s.identity))].sort(compare)

export interface Parts {
  readonly format: Format | 'joined'
  readonly root: string
  readonly samples: readonly Sample[]
  readonly pairs?: readonly SamplePair[]
  readonly labels?: FaceLabels
  readonly problems: readonly Problem[]
  decode(i: number): Promise<Image8>
  stamp(i: number): Promise<string>
  close?(): Promise<void>
}

/** @throws UserFacingError 'invalid-input' where there is no face at all */
export function datasetOf(parts: Parts): Dataset {
  const { samples, problems } = parts
  if (samples.length === 0)
    throw new UserFacingError(
      'invalid-input',
      `"${parts.root}" has no face that could be used as a dataset (${parts.format})` +
        (problems[0] ? `; the first of ${problems.length} problems: ${problems[0].name}: ${problems[0].reason}` : '.'),
      { subject: parts.root },
    )
  const at = (i: number): void => {
    if (!Number.isInteger(i) || i < 0 || i >= samples.length)
      throw new RangeError(`no sample ${i} of ${samples.length}`)
  }
  return {
    format: parts.format,
    root: parts.root,
    samples,
    problems,
    ...(parts.pairs ? { pairs: parts.pairs } : {}),
    ...(parts.labels ? { labels: checked(parts.labels, at) } : {}),
    identities: identitiesOf(samples),
    decode: async (i) => (at(i), parts.decode(i)),
    stamp: async (i) => (at(i), parts.stamp(i)),
    close: async () => parts.close?.(),
  }
}

const checked = ({ landmarks, parsing }: FaceLabels, at: (i: number) => void): FaceLabels => ({
  landmarks: (i) => (at(i), landmarks(i)),
  parsing: async (i, grid) => (at(i), parsing(i, grid)),
})
