// Two tricks of tight loops over pixels: memory that is used again, and rounding by addition.

/** Beyond this, memory is not kept (8 MB). */
const KEPT = 1 << 20

/**
 * Memory for intermediate sums: fresh memory costs as much as the sums themselves. Its contents are undefined, its
 * length is at least what was asked for, and it is the caller's until the next call.
 */
export function scratch(): (length: number) => Float64Array {
  let kept = new Float64Array(0)
  return (length) => {
    if (length > KEPT) return new Float64Array(length)
    if (kept.length < length) kept = new Float64Array(length)
    return kept
  }
}

const LARGE = 1.5 * 2 ** 52
/** The nearest whole number, ties to even, below 2^50: doubles of the size of 2^52 have no fractions. Exact. */
export const nearest = (value: number): number => value + LARGE - LARGE
