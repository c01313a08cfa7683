// Removes transparency: what a picture does not show must not reach a model, and what it shows must not change.

/** What the record says of a picture with transparent pixels. */
export const TRANSPARENCY = 'transparent pixels were set on black'

/**
 * Composites RGBA on black, and says whether anything was
 * transparent. Black, because the alignment's border outside a picture is black too: transparent counts as outside.
 */
export function flattenOnBlack(rgba: Uint8Array): { rgb: Uint8Array; transparent: boolean } {
  const pixels = rgba.length / 4
  const rgb = new Uint8Array(pixels * 3)
  let transparent = false
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]!
    if (alpha === 255) {
      rgb[to] = rgba[from]!
      rgb[to + 1] = rgba[from + 1]!
      rgb[to + 2] = rgba[from + 2]!
    } else {
      transparent = true
      rgb[to] = Math.round((rgba[from]! * alpha) / 255)
      rgb[to + 1] = Math.round((rgba[from + 1]! * alpha) / 255)
      rgb[to + 2] = Math.round((rgba[from + 2]! * alpha) / 255)
    }
  }
  return { rgb, transparent }
}
