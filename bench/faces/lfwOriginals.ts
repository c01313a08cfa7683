// The reference face set's unaligned photographs: people, their photographs in order, decoded.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { appRoot } from '../../core/base/root.ts'
import { decodeImage } from '../../core/images/decode.ts'
import type { Image8 } from '../../core/images/pixels.ts'

export interface Person {
  name: string
  /** File paths, first photograph first. */
  photographs: string[]
}

/** Folder of the reference face set: $VESTIGE_SHARED, else ../shared beside the checkout. */
export const shared = (...parts: string[]): string =>
  path.resolve(appRoot, process.env.VESTIGE_SHARED ?? '../shared', ...parts)

/** People in order of name, or null where the set is not there. */
export function lfwOriginals(): Person[] | null {
  const root = shared('faces', 'lfw-originals')
  if (!existsSync(root)) return null
  return readdirSync(root)
    .sort()
    .map((name) => ({
      name,
      photographs: readdirSync(path.join(root, name))
        .sort()
        .map((file) => path.join(root, name, file)),
    }))
}

export const read = async (file: string): Promise<Image8> =>
  (await decodeImage(readFileSync(file), path.basename(file))).image
