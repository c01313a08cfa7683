// A folder of aligned faces named as LFW names them: Name/Name_0001.jpg.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { sha256 } from '../base/sha256.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { Pairs, Photograph } from '../datasets/pairs.ts'
import { decodeImage } from '../images/decode.ts'
import { asFace } from './faceView.ts'
import type { FaceKey, Load } from './templateStore.ts'
import type { FacePair } from './verifyPairs.ts'

const EXTENSIONS = ['.jpg', '.png', '.jpeg', '.bmp', '.webp', '.JPG']

export const keyOf = ({ name, index }: Photograph): string => `${name}/${name}_${String(index).padStart(4, '0')}`

/** Pairs of a pairs file as this room takes them. @param folds which, counted from 1; default all */
export function facePairs({ folds }: Pairs, only?: readonly number[]): FacePair[] {
  const missing = only?.find((fold) => !folds[fold - 1])
  if (missing !== undefined)
    throw new UserFacingError('invalid-input', `There is no fold ${missing}: the pairs file has ${folds.length}.`)
  return folds.flatMap((pairs, fold) =>
    only && !only.includes(fold + 1)
      ? []
      : pairs.map(({ a, b, same }): FacePair => ({
          first: keyOf(a),
          second: keyOf(b),
          same,
          fold,
          subjects: [a.name, b.name],
        })),
  )
}

/** Decodes faces by `keyOf`. @throws UserFacingError where one is not there, cannot be read or is not square */
export function faceFolder(folder: string): Load {
  return async (key) => {
    const file = path.join(folder, ...String(key).split('/'))
    for (const extension of EXTENSIONS) {
      const bytes = await readFile(file + extension).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
        throw new UserFacingError('unreadable-file', `"${file + extension}" cannot be read.`, {
          subject: file,
          cause: error,
        })
      })
      if (bytes === null) continue
      const { image } = await decodeImage(bytes, path.basename(file) + extension)
      if (image.width !== image.height)
        throw new UserFacingError(
          'unreadable-file',
          `"${file + extension}" has ${image.width} x ${image.height} px; this protocol takes aligned square faces of 112 px.`,
          { subject: file },
        )
      return asFace(image)
    }
    throw new UserFacingError(
      'not-found',
      `"${file}.jpg" is not there: the pairs file names it, the folder of faces does not have it.`,
      { subject: file },
    )
  }
}

/** Remembers what was looked at, for a fingerprint of the data: names and pixels, whatever the files' format. */
export function fingerprinted(load: Load): { load: Load; fingerprint(): { images: number; sha256: string } } {
  const seen = new Map<FaceKey, string>()
  return {
    async load(key) {
      const image = await load(key)
      if (!seen.has(key)) seen.set(key, sha256(image.data))
      return image
    },
    fingerprint() {
      const lines = [...seen].map(([key, hash]) => `${key} ${hash}\n`).sort()
      return { images: seen.size, sha256: sha256(lines.join('')) }
    },
  }
}
