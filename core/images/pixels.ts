// The one form in which rooms pass pictures to each other: 8-bit sRGB, three bytes a pixel, no alpha.
import type { Box, Rgba } from '../contract/common.ts'

/** 8-bit sRGB pixels, row by row, `data.length === width * height * 3` (R, G, B). Treated as immutable once made. */
export interface Image8 {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A picture of one colour (default black); width and height are whole numbers >= 1. */
export function blank(width: number, height: number, colour: readonly [number, number, number] = [0, 0, 0]): Image8 {
  const data = new Uint8Array(width * height * 3)
  if (colour.some((value) => value !== 0)) for (let i = 0; i < data.length; i++) data[i] = colour[i % 3]!
  return { width, height, data }
}

/** Adds an opaque alpha channel, for the screen. */
export function toRgba(image: Image8): Rgba {
  const { width, height, data } = image
  const out = new Uint8Array(width * height * 4)
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    out[to] = data[from]!
    out[to + 1] = data[from + 1]!
    out[to + 2] = data[from + 2]!
    out[to + 3] = 255
  }
  return { width, height, data: out }
}

/** Drops the alpha channel of pixels that are known to be opaque. */
export function fromRgba(rgba: Rgba): Image8 {
  const { width, height, data } = rgba
  const out = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < out.length; from += 4, to += 3) {
    out[to] = data[from]!
    out[to + 1] = data[from + 1]!
    out[to + 2] = data[from + 2]!
  }
  return { width, height, data: out }
}

/** The smallest whole-pixel region that covers a box, at least 1 x 1. */
export function wholeRegion(box: Box): Box {
  const x = Math.floor(box.x)
  const y = Math.floor(box.y)
  return {
    x,
    y,
    width: Math.max(1, Math.ceil(box.x + box.width) - x),
    height: Math.max(1, Math.ceil(box.y + box.height) - y),
  }
}

/** The part of a whole-pixel region that lies inside the image, or null where nothing does. */
export function insideOf(image: Image8, region: Box): Box | null {
  const x = Math.max(0, region.x)
  const y = Math.max(0, region.y)
  const width = Math.min(image.width, region.x + region.width) - x
  const height = Math.min(image.height, region.y + region.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : null
}

/**
 * Copies a region out of an image. Fractions are widened to whole pixels; what lies outside the image is `fill`.
 * Only the region's own pixels are touched.
 */
export function crop(image: Image8, region: Box, fill: readonly [number, number, number] = [0, 0, 0]): Image8 {
  const whole = wholeRegion(region)
  const out = blank(whole.width, whole.height, fill)
  const inside = insideOf(image, whole)
  if (inside === null) return out
  for (let y = inside.y; y < inside.y + inside.height; y++) {
    const from = (y * image.width + inside.x) * 3
    const to = ((y - whole.y) * whole.width + (inside.x - whole.x)) * 3
    out.data.set(image.data.subarray(from, from + inside.width * 3), to)
  }
  return out
}
