// Words for what may be wrong with a picture file.
import { UserFacingError } from '../contract/errors.ts'

/** No picture of allowed size takes this long to decode; a file made to occupy the decoder does. */
export const TIMEOUT_SECONDS = 60

export const unreadable = (message: string, cause?: unknown): UserFacingError =>
  new UserFacingError('unreadable-file', message, { cause })

/** What a decoder's complaint means for the person; its own first words stay, because they help a colleague. */
export function complaint(cause: unknown, label: string, kind: string): UserFacingError {
  const words = cause instanceof Error ? cause.message : String(cause)
  if (/timeout/i.test(words))
    return unreadable(`${label} took longer than ${TIMEOUT_SECONDS} s to decode and was given up.`, cause)
  if (/premature end|truncat|unexpected end|end of (stream|file)|not enough data|no data|read error|eof/i.test(words))
    return unreadable(`${label} is truncated or damaged: its ${kind} data end too early. Get a complete copy.`, cause)
  const detail = words
    .replace(/^Input buffer (has corrupt header|contains unsupported image format):?\s*/, 'its header cannot be read\n')
    .split('\n')
    .slice(0, 2)
    .join(', ')
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/[,\s]+$/, '')
    .slice(0, 160)
  const why = detail === '' || /unknown error/i.test(detail) ? '' : ` (${detail})`
  return unreadable(`${label} is truncated or damaged: it cannot be decoded as ${kind}${why}. Get another copy.`, cause)
}
