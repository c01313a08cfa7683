// What the tests of losses share: small tensors, their values and gradients, and when numbers count as equal.
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

export type Rows = number[][]
export const t = (rows: Rows): tf.Tensor2D => tf.tensor2d(rows)
export const value = (x: tf.Tensor): number => x.dataSync()[0] ?? Number.NaN
export const gradient = (f: (x: tf.Tensor) => tf.Tensor, at: Rows): number[] => [
  ...tf
    .grad((x) => f(x) as tf.Scalar)(t(at))
    .dataSync(),
]
export const near = (actual: number, expected: number, relative = 1e-5): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(expected)))
export const allNear = (actual: readonly number[], expected: Rows, relative = 1e-4): void =>
  expected.flat().forEach((e, i) => near(actual[i] ?? Number.NaN, e, relative))

/** Central differences in float32: h must be coarse. */
export function finite(f: (x: tf.Tensor) => tf.Tensor, at: Rows, h = 1e-2): Rows {
  const moved = (i: number, j: number, by: number): number =>
    value(f(t(at.map((row, r) => row.map((v, c) => (r === i && c === j ? v + by : v))))))
  return at.map((row, i) => row.map((_, j) => (moved(i, j, h) - moved(i, j, -h)) / (2 * h)))
}
