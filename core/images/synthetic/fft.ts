// A two-dimensional discrete Fourier transform of small squares whose side is a power of two.

/** Plan of squares of one side: bit reversal and twiddles, made once. */
export interface SquareFft {
  readonly side: number
  /** Transforms in place: real and imaginary parts, row by row, side * side numbers each. Forward, not scaled. */
  forward(re: Float32Array, im: Float32Array): void
}

/** @param side 2, 4, 8 … @throws RangeError for another number */
export function squareFft(side: number): SquareFft {
  if (side < 2 || (side & (side - 1)) !== 0) throw new RangeError(`${side} is no power of two`)
  const bits = Math.log2(side)
  const reversed = Uint16Array.from({ length: side }, (_, i) => {
    let r = 0
    for (let b = 0; b < bits; b++) if (i & (1 << b)) r |= 1 << (bits - 1 - b)
    return r
  })
  const cos = Float32Array.from({ length: side / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / side))
  const sin = Float32Array.from({ length: side / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / side))

  /** `count` transforms at once: elements of one lie `step` apart, the transforms `next` apart. */
  function lines(re: Float32Array, im: Float32Array, step: number, next: number): void {
    for (let i = 0; i < side; i++) {
      const j = reversed[i]!
      if (j <= i) continue
      for (let line = 0, a = i * step, b = j * step; line < side; line++, a += next, b += next) {
        const [x, y] = [re[a]!, im[a]!]
        re[a] = re[b]!
        im[a] = im[b]!
        re[b] = x
        im[b] = y
      }
    }
    for (let half = 1; half < side; half *= 2) {
      const stride = side / (2 * half)
      for (let k = 0; k < half; k++) {
        const c = cos[k * stride]!
        const s = sin[k * stride]!
        for (let block = k; block < side; block += 2 * half) {
          let a = block * step
          let b = (block + half) * step
          for (let line = 0; line < side; line++, a += next, b += next) {
            const x = re[b]! * c - im[b]! * s
            const y = re[b]! * s + im[b]! * c
            re[b] = re[a]! - x
            im[b] = im[a]! - y
            re[a] = re[a]! + x
            im[a] = im[a]! + y
          }
        }
      }
    }
  }
  return {
    side,
    forward(re, im) {
      lines(re, im, side, 1)
      lines(re, im, 1, side)
    },
  }
}
