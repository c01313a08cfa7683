// The score that a candidate carries: the cosine in float64, the same on every device and for every order of rows.

/**
 * Cosine of a probe with one row of a matrix, summed in index order in float64 and kept within -1..1.
 * @param vectors rows of `probe.length` values
 * @returns NaN where either has no length
 */
export function cosineWith(probe: Float32Array, vectors: Float32Array): (row: number) => number {
  const dim = probe.length
  let probeSquare = 0
  for (let i = 0; i < dim; i++) probeSquare += probe[i]! * probe[i]!
  return (row) => {
    let dot = 0
    let square = 0
    for (let i = 0, at = row * dim; i < dim; i++, at++) {
      const value = vectors[at]!
      dot += value * probe[i]!
      square += value * value
    }
    return Math.max(-1, Math.min(1, dot / Math.sqrt(square * probeSquare)))
  }
}
