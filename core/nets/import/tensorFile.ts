// A file of named tensors, whatever its format: listed first, read one by one when they are wanted.
import { UserFacingError, type ErrorCode } from '../../contract/errors.ts'

export interface StoredTensor {
  readonly dims: readonly number[]
  /** The values, first axis slowest; text, complex and other kinds are null. */
  read(): Float32Array | null
}
export type TensorFile = ReadonlyMap<string, StoredTensor>

/** Largest file, and largest content of a compressed one: an IR-100 in float32 has 261 MB. */
export const MAX_WEIGHT_BYTES = 1_500_000_000
export const MAX_TENSORS = 20_000
const MAX_RANK = 8

/** Throws the sentence about a file. */
export type Fail = (problem: string, code?: ErrorCode) => never
export const failFor =
  (fileName: string): Fail =>
  (problem, code = 'unreadable-file') => {
    throw new UserFacingError(code, `${fileName} ${problem}`, { subject: fileName })
  }

/** Checks a shape from outside. @returns its number of values, or null when it is no shape */
export function sizeOfDims(dims: unknown): number | null {
  if (!Array.isArray(dims) || dims.length > MAX_RANK) return null
  let size = 1
  for (const d of dims as unknown[]) {
    if (typeof d !== 'number' || !Number.isSafeInteger(d) || d < 0) return null
    size *= d
  }
  return size <= MAX_WEIGHT_BYTES ? size : null
}
