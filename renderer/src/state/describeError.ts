// Any thrown value as one sentence for the person; null where there is nothing to say, as after a cancel.
import { UserFacingError } from '../../../core/contract/errors.ts'

export interface Told {
  readonly message: string
  readonly subject: string | null
}

export function describeError(thrown: unknown): Told | null {
  if (thrown instanceof DOMException && thrown.name === 'AbortError') return null
  if (thrown instanceof UserFacingError) return { message: thrown.message, subject: thrown.subject ?? null }
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return {
    message: `Something failed in this window (${detail}). The case store was not touched by it.`,
    subject: null,
  }
}
