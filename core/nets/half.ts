// Half-precision numbers, because a model in float16 is half as large to ship.

/** IEEE 754 binary16 → number. @param bits the 16 bits as an unsigned integer */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const word = new Float32Array(1)
const bits = new Uint32Array(word.buffer)

/** Number → IEEE 754 binary16, to nearest with ties to even; too large becomes infinity. @returns 16 bits */
export function toHalf(value: number): number {
  word[0] = value
  const x = bits[0]!
  const sign = (x >>> 16) & 0x8000
  const magnitude = x & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  if (magnitude < 0x38800000) {
    // Subnormal: the value in units of 2^-24, rounded to even.
    const units = Math.abs(word[0]!) * 2 ** 24
    const down = Math.floor(units)
    const rest = units - down
    return sign | (rest > 0.5 || (rest === 0.5 && down & 1) ? down + 1 : down)
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1)
  return sign | ((rounded - 0x38000000) >>> 13)
}
