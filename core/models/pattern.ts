// A test image that anyone can draw from its formula, so that a model's answer to it can be stored in its card.
import type { Image8 } from '../images/pixels.ts'

const inside = (u: number, v: number, cu: number, cv: number, radius: number): boolean =>
  (u - cu) ** 2 + (v - cv) ** 2 <= radius * radius

/**
 * 'pattern-1' (variant 1): shaded ground, an oval, two eyes, a nose and a mouth, and a fine grain; whole-number
 * arithmetic only, so that every machine draws the same bytes. Variant 2 is another one of its kind, for the check
 * that a model answers different pictures differently.
 * @param size side in pixels
 */
export function patternImage(size: number, variant: 1 | 2 = 1): Image8 {
  const data = new Uint8Array(size * size * 3)
  const tilt = variant === 1 ? 0 : 24
  for (let at = 0, y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      // 0..255 across the image, whatever its size.
      const u = Math.floor((x * 256) / size)
      const v = Math.floor((y * 256) / size)
      let [r, g, b] = [64 + (u >> 2), 72 + (v >> 2), 96 + ((u + v) >> 3)]
      if (inside(u * 5, v * 4, 128 * 5, 140 * 4, 430)) [r, g, b] = [196 - (v >> 2) + tilt, 150 - (u >> 3), 120 - tilt]
      if (inside(u, v, 88 + tilt, 112, 14) || inside(u, v, 168, 112 - tilt, 14)) [r, g, b] = [40, 32, 30 + tilt]
      if (u >= 122 && u < 134 && v >= 120 && v < 164 + tilt) [r, g, b] = [r - 24, g - 20, b - 16]
      if (u >= 96 && u < 160 - tilt && v >= 188 && v < 204) [r, g, b] = [150, 60 + tilt, 70]
      const grain = ((x * 31 + y * 17 * variant) & 15) - 8
      for (const value of [r, g, b]) data[at++] = Math.min(255, Math.max(0, value + grain))
    }
  return { width: size, height: size, data }
}
