// All eight EXIF orientations: the decoded picture stands as the camera saw it, whatever format carries the tag.
import { describe, expect, test } from 'vitest'
import { decodeImage } from './decode.ts'
import { picture } from './testPatterns.ts'
import type { Image8 } from './pixels.ts'
import { sharp } from './vips.ts'

/** Stored pixels, each with a colour of its own; 24 x 16 so that JPEG's blocks are filled evenly. */
const colours = [
  [230, 30, 30],
  [30, 210, 40],
  [40, 40, 230],
  [230, 220, 40],
  [220, 40, 220],
  [40, 220, 220],
] as const
const stored = picture(24, 16, (x, y) => colours[Math.floor(y / 8) * 3 + Math.floor(x / 8)]!)

/**
 * Where the upright picture's pixel (x, y) lies in the stored one of w x h. TIFF 6.0, p. 36 and Exif 2.32, 4.6.5.1.6:
 * which visual side the stored row 0 and column 0 are.
 */
const source: Record<number, (x: number, y: number, w: number, h: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, h) => [y, h - 1 - x],
  7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
  8: (x, y, w) => [w - 1 - y, x],
}
function upright(orientation: number): Image8 {
  const [w, h] = [stored.width, stored.height]
  const turned = orientation >= 5
  return picture(turned ? h : w, turned ? w : h, (x, y) => {
    const [sx, sy] = source[orientation]!(x, y, w, h)
    const at = (sy * w + sx) * 3
    return [stored.data[at]!, stored.data[at + 1]!, stored.data[at + 2]!]
  })
}

const raw = () => sharp(stored.data, { raw: { width: stored.width, height: stored.height, channels: 3 } })
const eight = [1, 2, 3, 4, 5, 6, 7, 8]

describe.each(['png', 'tiff', 'webp', 'jpeg'] as const)('%s', (format) => {
  test.each(eight)('orientation %i', async (orientation) => {
    const options = { png: {}, tiff: { compression: 'lzw' }, webp: { lossless: true }, jpeg: { quality: 100 } }[format]
    const bytes = await raw().withMetadata({ orientation }).toFormat(format, options).toBuffer()
    const { image, facts } = await decodeImage(bytes, `x.${format}`)
    const wanted = upright(orientation)
    expect([image.width, image.height]).toEqual([wanted.width, wanted.height])
    expect(facts).toMatchObject({ orientation, width: wanted.width, height: wanted.height, warnings: [] })
    const worst = image.data.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted.data[i]!)), 0)
    // JPEG's chroma is half as fine and blurs the patches' edges: there only the patches' centres are compared.
    if (format !== 'jpeg') expect(worst).toBe(0)
    else
      for (let y = 4; y < wanted.height; y += 8)
        for (let x = 4; x < wanted.width; x += 8)
          for (let c = 0; c < 3; c++) {
            const at = (y * wanted.width + x) * 3 + c
            expect(Math.abs(image.data[at]! - wanted.data[at]!)).toBeLessThan(12)
          }
  })
})
