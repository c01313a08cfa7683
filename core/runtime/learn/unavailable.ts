// The error for a learning backend that this machine does not have.
import { UserFacingError } from '../../contract/errors.ts'

/**
 * @param backend its kind
 * @param reason half a sentence, without a full stop
 */
export const unavailable = (backend: string, reason: string, cause?: unknown): UserFacingError =>
  new UserFacingError('unavailable', `Networks cannot learn with ${backend} here: ${reason}.`, { cause })

/** First line of whatever was thrown, without a final full stop and without paths of this or another machine. */
export function firstLine(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return (text.split('\n')[0] ?? '').replace(/[.:\s]+$/, '').slice(0, 300) || 'it gave no reason'
}

/** The half sentence again, of an error that `unavailable` made; of others the first line. */
export const reasonOf = (thrown: unknown): string =>
  firstLine(thrown).replace(/^Networks cannot learn with \S+ here: /, '')
