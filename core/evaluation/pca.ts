// The two directions in which templates differ most: principal components by power iteration.
import { random } from '../images/random.ts'

export interface Components {
  readonly mean: Float64Array
  /** Two directions of unit length, orthogonal, the greater variance first. */
  readonly axes: readonly [Float64Array, Float64Array]
  /** Share of the whole variance that each explains. */
  readonly share: readonly [number, number]
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
function unit(v: Float64Array): Float64Array {
  const length = Math.sqrt(dot(v, v))
  return length > 0 ? v.map((x) => x / length) : v
}

/** @param rows at least two templates of one length; deterministic, the first non-zero value of an axis is positive */
export function components(rows: readonly Float32Array[], steps = 200): Components {
  const dim = rows[0]!.length
  const mean = new Float64Array(dim)
  for (const row of rows) for (let d = 0; d < dim; d++) mean[d]! += row[d]! / rows.length
  const centred = rows.map((row) => Float64Array.from(row, (v, d) => v - mean[d]!))
  const total = centred.reduce((sum, row) => sum + dot(row, row), 0)
  const axes: Float64Array[] = []
  const shares: number[] = []
  for (let k = 0; k < 2; k++) {
    const draw = random(7, k)
    let axis = unit(Float64Array.from({ length: dim }, () => draw.normal()))
    for (let step = 0; step < steps; step++) {
      const next = new Float64Array(dim)
      for (const row of centred) {
        const along = dot(row, axis)
        for (let d = 0; d < dim; d++) next[d]! += along * row[d]!
      }
      for (const other of axes) {
        const along = dot(next, other)
        for (let d = 0; d < dim; d++) next[d]! -= along * other[d]!
      }
      axis = unit(next)
    }
    const first = axis.find((v) => Math.abs(v) > 1e-9) ?? 1
    axes.push(first < 0 ? axis.map((v) => -v) : axis)
    shares.push(total > 0 ? centred.reduce((sum, row) => sum + dot(row, axes[k]!) ** 2, 0) / total : 0)
  }
  return { mean, axes: axes as [Float64Array, Float64Array], share: shares as [number, number] }
}

export const project = (row: Float32Array, { mean, axes }: Components): [number, number] => {
  const centred = Float64Array.from(row, (v, d) => v - mean[d]!)
  return [dot(centred, axes[0]), dot(centred, axes[1])]
}
