// The text files of the Helen set: 194 points of a face, and which faces are for testing. Hostile until read.
import { readFile, stat } from 'node:fs/promises'
import { decodeText } from '../base/csv.ts'
import { UserFacingError } from '../contract/errors.ts'
import type { FoundFile } from './walk.ts'

export const HELEN_POINTS = 194
/** An annotation has about 4 KB, a list about 60. */
const MAX_BYTES = 1024 * 1024
const NAME = /^[\w-]{1,100}$/
const NUMBER = /^[+-]?\d{1,6}(?:\.\d{1,15})?$/

export interface Annotation {
  /** Name of the picture's file without its ending. */
  readonly name: string
  /** x0, y0, … in pixels of the picture (194 of them). */
  readonly points: Float64Array
}

/**
 * `name`, then 194 lines `x , y`.
 * @returns the annotation, or why it is none
 */
export function parseAnnotation(text: string): Annotation | { readonly reason: string } {
  const [name = '', ...lines] = text.trim().split(/\r?\n/, HELEN_POINTS + 2)
  if (!NAME.test(name.trim())) return { reason: 'Its first line is not the name of a picture.' }
  if (lines.length !== HELEN_POINTS) return { reason: `It does not hold ${HELEN_POINTS} points.` }
  const points = new Float64Array(2 * HELEN_POINTS)
  for (const [n, line] of lines.entries()) {
    const numbers = line.split(',', 3).map((field) => field.trim())
    if (numbers.length !== 2 || !numbers.every((field) => NUMBER.test(field)))
      return { reason: `Line ${n + 2} is not a point such as "565.86 , 758.98".` }
    numbers.forEach((field, k) => (points[2 * n + k] = Number(field)))
  }
  return { name: name.trim(), points }
}

/** Names in a list whose lines are `number , name`. */
export const parseList = (text: string): string[] =>
  text.split(/\r?\n/).flatMap((line) => {
    const name = line.slice(line.lastIndexOf(',') + 1).trim()
    return NAME.test(name) ? [name] : []
  })

/** @throws UserFacingError 'too-large' or 'unreadable-file' */
export async function readText({ path, name }: FoundFile): Promise<string> {
  try {
    if ((await stat(path)).size > MAX_BYTES)
      throw new UserFacingError('too-large', `"${name}" has more than 1 MB, which no text of the Helen set has.`, {
        subject: name,
      })
    return decodeText(await readFile(path))
  } catch (cause) {
    if (cause instanceof UserFacingError) throw cause
    throw new UserFacingError('unreadable-file', `"${name}" cannot be read; check its permissions.`, {
      subject: name,
      cause,
    })
  }
}
