// What may go wrong, in words for the person at the screen; and how it crosses the wire.
import { z } from 'zod'

export const ErrorCode = z.enum([
  'invalid-input', // the call's arguments do not fit the contract
  'not-found', // no such record
  'unreadable-file', // damaged, truncated, mislabelled, of an unknown format
  'too-large', // beyond a stated limit
  'insufficient', // a face from which no template can be made
  'synthetic', // a made-up face, where only pictures of people may stand
  'conflict', // refused because of another record's state
  'wrong-model', // a template or file of another model package
  'integrity', // a stored byte is not what it was
  'store-version', // a database of a newer or unknown version
  'store-locked', // another instance has the store open
  'store-damaged', // SQLite reports corruption
  'disk-full',
  'forbidden',
  'unavailable', // a device, process or optional part is not there
  'internal', // a defect of ours; the log has the rest
])
export type ErrorCode = z.infer<typeof ErrorCode>

export const ErrorFrame = z.object({
  code: ErrorCode,
  /** One sentence: what is wrong with which thing, and what to do. */
  message: z.string().max(4000),
  /** File or record concerned, as the person knows it. */
  subject: z.string().max(1000).optional(),
})
export type ErrorFrame = z.infer<typeof ErrorFrame>

/** An error whose message is meant to be read by the user. Everything else is a defect and is shown as `internal`. */
export class UserFacingError extends Error {
  override readonly name = 'UserFacingError'
  readonly code: ErrorCode
  readonly subject: string | undefined
  constructor(code: ErrorCode, message: string, options: { subject?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.subject = options.subject
  }
}

/** What is sent for any thrown value: a user-facing error as it is, anything else without its inner detail. */
export function toErrorFrame(thrown: unknown): ErrorFrame {
  if (thrown instanceof UserFacingError)
    return {
      code: thrown.code,
      message: thrown.message.slice(0, 4000),
      ...(thrown.subject === undefined ? {} : { subject: thrown.subject.slice(0, 1000) }),
    }
  return {
    code: 'internal',
    message: 'Something failed inside the application. The log has the details; nothing was half-written.',
  }
}
export const fromErrorFrame = (frame: ErrorFrame): UserFacingError =>
  new UserFacingError(frame.code, frame.message, frame.subject === undefined ? {} : { subject: frame.subject })
