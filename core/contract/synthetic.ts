// The one sentence with which made-up faces are refused, wherever they turn up.
import { UserFacingError } from './errors.ts'

/** @param name of the file, as the person knows it @param why how it was recognised, e.g. "its metadata says so" */
export const syntheticFace = (name: string, why: string): UserFacingError =>
  new UserFacingError(
    'synthetic',
    `"${name}" is a synthetic face made by Vestige (${why}); it is no evidence and cannot be imported, enrolled or searched with.`,
    { subject: name },
  )
