// The transform against its definition.
import { expect, test } from 'vitest'
import { squareFft } from './fft.ts'

test('every frequency is the sum that defines it', () => {
  const side = 8
  const re = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 1.7) * 5 + (i % 3))
  const im = Float32Array.from({ length: 64 }, (_, i) => Math.cos(i * 0.9))
  const [x, y] = [new Float32Array(re), new Float32Array(im)]
  squareFft(side).forward(x, y)
  for (let v = 0; v < side; v++)
    for (let u = 0; u < side; u++) {
      let [a, b] = [0, 0]
      for (let q = 0; q < 64; q++) {
        const angle = (-2 * Math.PI * (u * (q % side) + v * Math.floor(q / side))) / side
        a += re[q]! * Math.cos(angle) - im[q]! * Math.sin(angle)
        b += re[q]! * Math.sin(angle) + im[q]! * Math.cos(angle)
      }
      expect(x[v * side + u]).toBeCloseTo(a, 3)
      expect(y[v * side + u]).toBeCloseTo(b, 3)
    }
})

test('a side that is no power of two is refused', () => {
  for (const side of [0, 1, 3, 48]) expect(() => squareFft(side)).toThrow(RangeError)
})
