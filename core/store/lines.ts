// Small helpers that repositories share: rows found or not, JSON columns checked on the way out.
import type { z } from 'zod'
import { UserFacingError } from '../contract/errors.ts'

/** @throws UserFacingError not-found */
export function found<T>(row: T | undefined, what: string): T {
  if (row === undefined)
    throw new UserFacingError('not-found', `There is no ${what} in this case store; it may have been another one.`, {
      subject: what,
    })
  return row
}

/**
 * A JSON column, checked against the contract.
 * @throws UserFacingError integrity where the stored text does not fit: it was not written by this program
 */
export function readJson<T extends z.ZodType>(schema: T, text: string, what: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new UserFacingError(
      'integrity',
      `The record of ${what} is not in the form Vestige writes; verify the audit chain.`,
      { subject: what, cause },
    )
  }
}

/** `%text%` for LIKE ... ESCAPE '\', with the person's own % and _ taken literally. */
export const like = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
