// Small pictures that tests make by formula, so that none has to be stored.
import type { Image8 } from './pixels.ts'

export function picture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Image8 {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 3)
  return { width, height, data }
}

/** Hard edges, slopes and noise in one: the pattern whose Pillow copies are stored as hashes. */
export const pattern = (width: number, height: number): Image8 =>
  picture(width, height, (x, y) => {
    const base = x * x * 31 + y * 57 + x * y * 11 + Math.floor(x / 3) * Math.floor(y / 2) * 97
    return [base % 256, (base + 83) % 256, (base + 166) % 256]
  })

/** A soft face-like blob with some texture, inside 0..255. */
export const texture = (width: number, height: number): Image8 =>
  picture(width, height, (x, y) => {
    const slow = 40 * Math.sin(x / 17) + 35 * Math.cos(y / 13 + x / 29)
    const fine = 22 * Math.sin(x * 1.3 + y * 0.7) * Math.cos(y * 0.9)
    const value = Math.round(128 + slow + fine)
    return [value, Math.max(0, value - 12), Math.min(255, value + 9)]
  })

/** Reproducible noise (xorshift32). */
export function noise(width: number, height: number, seed = 1): Image8 {
  let state = seed | 0 || 1
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 255
  })
  return { width, height, data }
}

export const greatestDifference = (a: Image8, b: Image8): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0)
