// How large a picture may be: checked on the header, before anything of its size is allocated.
import { UserFacingError } from '../contract/errors.ts'

export const MAX_FILE_BYTES = 200 * 1024 * 1024
export const MAX_PIXELS = 100_000_000
/** JPEG's own limit; nothing that a camera or a recorder writes is longer. */
export const MAX_SIDE = 65_535

const number = (value: number): string => value.toLocaleString('en-GB')

/** Throws 'too-large' for a picture beyond the limits and 'unreadable-file' for one without pixels. */
export function checkSize(width: number, height: number, label: string): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    throw new UserFacingError('unreadable-file', `${label} says it is ${width} x ${height} px: it holds no picture.`)
  if (width * height > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE)
    throw new UserFacingError(
      'too-large',
      `${label} says it is ${number(width)} x ${number(height)} px; at most ${number(MAX_PIXELS / 1e6)} megapixels and ` +
        `${number(MAX_SIDE)} px a side are read. Cut out the part with the faces and add that.`,
    )
}

/** Throws for an empty file and for one beyond the limit. */
export function checkBytes(bytes: number, label: string): void {
  if (bytes === 0) throw new UserFacingError('unreadable-file', `${label} is empty (0 bytes): get another copy.`)
  if (bytes > MAX_FILE_BYTES)
    throw new UserFacingError(
      'too-large',
      `${label} has ${number(Math.ceil(bytes / 1024 / 1024))} MB; at most ${number(MAX_FILE_BYTES / 1024 / 1024)} MB are read.`,
    )
}
