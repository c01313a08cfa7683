// The filter weights as specified: Pillow's kernels, supports and borders.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resizeWeights, weightMatrix, type Kernel } from './weights.ts'

const rows = (from: number, to: number, kernel: Kernel): number[][] => {
  const matrix = weightMatrix(from, to, kernel)
  return Array.from({ length: to }, (_, o) => [...matrix.subarray(o * from, (o + 1) * from)])
}
const times = (matrix: number[][], x: number[]): number[] =>
  matrix.map((row) => row.reduce((sum, weight, i) => sum + weight * x[i]!, 0))
const near = (actual: number[], wanted: number[]) => {
  expect(actual).toHaveLength(wanted.length)
  for (const [i, value] of wanted.entries()) expect(actual[i]).toBeCloseTo(value, 6)
}

describe('bicubic', () => {
  test('8 to 4: rows, ramp and step', () => {
    const down = rows(8, 4, 'bicubic')
    near(down[0]!, [0.464435146, 0.464435146, 0.121338912, -0.037656904, -0.012552301, 0, 0, 0])
    near(down[1]!, [-0.034749035, 0.111969112, 0.428571429, 0.428571429, 0.111969112, -0.034749035, -0.011583012, 0])
    near(times(down, [0, 1, 2, 3, 4, 5, 6, 7]), [0.543933054, 2.459459459, 4.540540541, 6.456066946])
    near(times(down, [0, 0, 0, 0, 1, 1, 1, 1]), [-0.012552301, 0.065637066, 0.934362934, 1.012552301])
  })
  test('4 to 8 and back and forth', () => {
    const up = rows(4, 8, 'bicubic')
    near(up[0]!, [1.088235294, -0.088235294, 0, 0])
    near(up[3]!, [-0.0703125, 0.8671875, 0.2265625, -0.0234375])
    const down = rows(8, 4, 'bicubic')
    near(
      times(up, times(down, [0, 1, 2, 3, 4, 5, 6, 7])),
      [0.374916019, 0.861892494, 1.892436593, 2.971969354, 4.028030646, 5.107563407, 6.138107506, 6.625083981],
    )
    near(
      times(up, times(down, [0, 0, 0, 0, 1, 1, 1, 1])),
      [-0.019451363, -0.016736638, -0.011355487, 0.245762134, 0.754237866, 1.011355487, 1.016736638, 1.019451363],
    )
  })
  test('112 to 7: 64 taps inside, 40 at the border', () => {
    const table = resizeWeights(112, 7, 'bicubic')
    const nonzero = (o: number) =>
      [...table.weights.subarray(o * table.stride, (o + 1) * table.stride)].filter((weight) => weight !== 0)
    expect(nonzero(0)).toHaveLength(40)
    expect(nonzero(3)).toHaveLength(64)
    expect(table.start[3]).toBe(24)
    expect(Math.max(...nonzero(3))).toBeCloseTo(0.062350273, 9)
  })
})

test('bilinear 8 to 4', () => {
  const down = rows(8, 4, 'bilinear')
  near(down[0]!, [3 / 7, 3 / 7, 1 / 7, 0, 0, 0, 0, 0])
  near(down[1]!, [0, 0.125, 0.375, 0.375, 0.125, 0, 0, 0])
  near(times(down, [0, 1, 2, 3, 4, 5, 6, 7]), [0.714285714, 2.5, 4.5, 6.285714286])
})

test('without antialiasing the kernel keeps its width when shrinking', () => {
  expect(resizeWeights(8, 4, 'bilinear', false).count[1]).toBe(2)
  expect(resizeWeights(8, 4, 'bicubic', false).count[1]).toBe(4)
})

test('each row of weights sums to one, lies inside the axis, and its integers agree', () => {
  const size = fc.integer({ min: 1, max: 400 })
  fc.assert(
    fc.property(size, size, fc.constantFrom<Kernel>('bicubic', 'bilinear'), fc.boolean(), (from, to, kernel, alias) => {
      const table = resizeWeights(from, to, kernel, alias)
      for (let o = 0; o < to; o++) {
        const taps = table.count[o]!
        let sum = 0
        let worst = 0
        for (let i = 0; i < taps; i++) {
          const weight = table.weights[o * table.stride + i]!
          sum += weight
          worst = Math.max(worst, Math.abs(table.fixed[o * table.stride + i]! - weight * 2 ** 22))
        }
        const inside = table.start[o]! >= 0 && taps >= 1 && table.start[o]! + taps <= from
        if (!inside || worst > 0.5 || Math.abs(sum - 1) > 1e-12)
          throw new Error(`row ${o} of ${from} to ${to}: sum ${sum}`)
      }
    }),
    { numRuns: 60 },
  )
})

test('impossible sizes are refused', () => {
  for (const [from, to] of [
    [0, 4],
    [4, 0],
    [1.5, 4],
    [4, NaN],
  ] as const)
    expect(() => resizeWeights(from, to, 'bicubic')).toThrow(RangeError)
})
