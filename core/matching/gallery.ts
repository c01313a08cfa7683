// The gallery as one matrix: what a scan needs to know of every template, checked once when it is loaded.
import { UserFacingError } from '../contract/errors.ts'

export interface GalleryMatrix {
  /** Length of a template. */
  dim: number
  /** Number of templates (rows). */
  count: number
  /** Per row; unique. */
  templateIds: ArrayLike<number>
  /** Per row. */
  subjectIds: ArrayLike<number>
  /** `count * dim` values, row by row; every row of unit length, so that a dot product is the cosine. */
  vectors: Float32Array
}

/** How far a template's length may be from 1; storing a unit vector as float32 costs less than 1e-6. */
export const UNIT_TOLERANCE = 1e-5

export const isUnit = (vector: Float32Array, from = 0, dim = vector.length): boolean => {
  let sum = 0
  for (let i = from, end = from + dim; i < end; i++) sum += vector[i]! * vector[i]!
  return Math.abs(Math.sqrt(sum) - 1) <= UNIT_TOLERANCE
}

/**
 * Refuses a matrix in which a scan would go wrong silently: lengths that disagree, or a row that is not of unit length
 * (which also finds NaN and infinity).
 * @throws UserFacingError 'integrity' naming the first template concerned
 */
export function checkGallery(gallery: GalleryMatrix): void {
  const { dim, count, vectors, templateIds, subjectIds } = gallery
  if (dim < 1 || vectors.length !== count * dim || templateIds.length !== count || subjectIds.length !== count)
    throw new UserFacingError('integrity', 'The gallery’s templates do not fit together; verify the store.')
  for (let row = 0; row < count; row++)
    if (!isUnit(vectors, row * dim, dim))
      throw new UserFacingError(
        'integrity',
        `Template ${templateIds[row]!} is not of unit length and cannot be compared; verify the store, then re-enrol the gallery.`,
      )
}
