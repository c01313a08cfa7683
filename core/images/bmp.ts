// Reads Windows bitmaps, which recorders and old evidence systems write and which sharp's libvips cannot read.
import { UserFacingError } from '../contract/errors.ts'
import { checkSize } from './limits.ts'

/** Pixels of a bitmap: RGBA, top row first; `opaque` where no pixel is transparent. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
  readonly opaque: boolean
  readonly bitsPerPixel: number
  readonly palette: boolean
}

interface Header {
  width: number
  height: number
  topDown: boolean
  bits: number
  /** Red, green, blue, alpha masks of 16- and 32-bit pixels. */
  masks: [number, number, number, number]
  palette: Uint8Array[]
  offset: number
}

const compressions = ['', 'run-length (RLE8)', 'run-length (RLE4)', '', 'JPEG', 'PNG']

/**
 * Header of BITMAPCOREHEADER (12 bytes), BITMAPINFOHEADER (40), its versions 2 to 5 (52, 56, 108, 124) and OS/2's (64).
 * Source: Microsoft, "Bitmap Storage", wingdi.h.
 */
function readHeader(view: DataView, label: string): Header {
  const damaged = (what: string) => new UserFacingError('unreadable-file', `${label} is a damaged BMP: ${what}.`)
  const size = view.getUint32(14, true)
  const core = size === 12
  // Whatever size it gives, fields of the 40-byte header are read.
  if (view.byteLength < 14 + (core ? 12 : Math.max(40, size))) throw damaged('it ends inside its header')
  const rawHeight = core ? view.getUint16(20, true) : view.getInt32(22, true)
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true)
  const bits = view.getUint16(core ? 24 : 28, true)
  const compression = core ? 0 : view.getUint32(30, true)
  checkSize(width, Math.abs(rawHeight), label)
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw damaged(`${bits} bits per pixel do not exist`)
  const bitfields = (compression === 3 || compression === 6) && (bits === 16 || bits === 32) && size !== 64
  if (compression !== 0 && !bitfields)
    throw new UserFacingError(
      'unreadable-file',
      `${label} is a BMP with ${compressions[compression] || 'unknown'} compression, which is not read: save it without compression or as PNG.`,
    )
  const offset = view.getUint32(10, true)
  const masks: Header['masks'] = bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
  // Masks follow the 40-byte header or are part of the longer ones: the same place either way.
  if (bitfields) {
    const alpha = compression === 6 || size >= 56
    if (view.byteLength < (alpha ? 70 : 66)) throw damaged('it ends inside its header')
    for (let k = 0; k < (alpha ? 4 : 3); k++) masks[k] = view.getUint32(54 + 4 * k, true)
  }
  const palette: Uint8Array[] = []
  if (bits <= 8) {
    const entry = core ? 3 : 4
    const declared = core ? 0 : view.getUint32(46, true)
    const count = declared > 0 && declared <= 1 << bits ? declared : 1 << bits
    const from = 14 + size
    for (let k = 0; k < count && from + k * entry + 2 < Math.min(view.byteLength, offset || Infinity); k++) {
      const at = from + k * entry
      palette.push(Uint8Array.of(view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at), 255))
    }
    if (palette.length === 0) throw damaged('its colour table is missing')
  }
  if (offset < 14 + size || offset > view.byteLength) throw damaged('its pixels are said to lie outside the file')
  return { width, height: Math.abs(rawHeight), topDown: rawHeight < 0, bits, masks, palette, offset }
}

/** How to take an 8-bit value out of a masked pixel; a mask of 0 gives `otherwise`. */
function channel(mask: number, otherwise: number): (pixel: number) => number {
  if (mask === 0) return () => otherwise
  const shift = 31 - Math.clz32(mask & -mask)
  const most = mask >>> shift
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / most)
}

/**
 * Decodes 1, 4, 8, 16, 24 and 32 bits per pixel, bottom-up and top-down, with and without bit fields.
 * The fourth byte of plain 32-bit pixels is padding by the definition and is not taken for alpha.
 * Throws UserFacingError for anything else, for truncated pixels and for sizes beyond the limits, before allocating.
 */
export function decodeBmp(bytes: Uint8Array, label: string): Bitmap {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 26)
    throw new UserFacingError('unreadable-file', `${label} is a BMP that ends inside its header.`)
  const { width, height, topDown, bits, masks, palette, offset } = readHeader(view, label)
  const stride = Math.ceil((width * bits) / 32) * 4
  // The last row may lack its padding: some writers leave it out.
  if (offset + stride * (height - 1) + Math.ceil((width * bits) / 8) > bytes.byteLength)
    throw new UserFacingError(
      'unreadable-file',
      `${label} is truncated: its pixels end after ${Math.floor((bytes.byteLength - offset) / stride)} of ${height} rows. Get a complete copy.`,
    )
  const rgba = new Uint8Array(width * height * 4).fill(255)
  const [red, green, blue] = [channel(masks[0], 0), channel(masks[1], 0), channel(masks[2], 0)]
  const alpha = channel(masks[3], 255)
  const fallback = palette.at(-1)!
  let opaque = true
  for (let y = 0; y < height; y++) {
    const row = offset + stride * (topDown ? y : height - 1 - y)
    for (let x = 0, at = y * width * 4; x < width; x++, at += 4) {
      if (bits <= 8) {
        const bit = x * bits
        const index = (bytes[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & ((1 << bits) - 1)
        rgba.set(palette[index] ?? fallback, at)
      } else if (bits === 24) {
        rgba[at] = bytes[row + x * 3 + 2]!
        rgba[at + 1] = bytes[row + x * 3 + 1]!
        rgba[at + 2] = bytes[row + x * 3]!
      } else {
        const pixel = bits === 16 ? view.getUint16(row + x * 2, true) : view.getUint32(row + x * 4, true)
        rgba[at] = red(pixel)
        rgba[at + 1] = green(pixel)
        rgba[at + 2] = blue(pixel)
        rgba[at + 3] = alpha(pixel)
        if (rgba[at + 3] !== 255) opaque = false
      }
    }
  }
  return { width, height, rgba, opaque, bitsPerPixel: bits, palette: bits <= 8 }
}
