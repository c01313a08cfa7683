// Turns a file from outside into oriented sRGB pixels and a record of what was found, or says why it cannot.
import { UserFacingError } from '../contract/errors.ts'
import type { ImportFacts } from '../contract/evidence.ts'
import { decodeBmp } from './bmp.ts'
import { complaint, unreadable } from './complaint.ts'
import { fileLabel } from './fileLabel.ts'
import { flattenOnBlack, TRANSPARENCY } from './flatten.ts'
import { checkBytes } from './limits.ts'
import type { Image8 } from './pixels.ts'
import { isRawName, mislabelled, sniff } from './sniff.ts'
import { throughVips } from './throughVips.ts'

export interface Decoded {
  readonly image: Image8
  readonly facts: ImportFacts
}

function throughBmp(bytes: Uint8Array, label: string): Decoded {
  const { width, height, rgba, opaque, bitsPerPixel, palette } = decodeBmp(bytes, label)
  const { rgb } = flattenOnBlack(rgba)
  return {
    image: { width, height, data: rgb },
    facts: {
      format: 'bmp',
      width,
      height,
      orientation: 1,
      bitDepth: palette ? bitsPerPixel : bitsPerPixel === 16 ? 5 : 8,
      colour: palette ? 'RGB, palette' : 'RGB',
      icc: null,
      frames: 1,
      exif: {},
      warnings: opaque ? [] : [TRANSPARENCY],
    },
  }
}

/**
 * Decodes one image file (JPEG, PNG, TIFF, WebP, BMP, GIF; judged by its content, not by its name) to oriented 8-bit
 * sRGB: EXIF orientation applied, embedded profiles converted, 16 bits cut to 8, grey and CMYK made RGB,
 * transparency set on black, the first frame of several. What was done stands in `facts`.
 *
 * Limits: 200 MB, 100 megapixels, 65,535 px a side; checked on the header, before pixels are allocated. Safe to call
 * several times at once; each call needs three to seven bytes per pixel.
 *
 * @throws UserFacingError 'unreadable-file' or 'too-large', and nothing else
 */
export async function decodeImage(bytes: Uint8Array, fileName: string): Promise<Decoded> {
  const label = fileLabel(fileName)
  checkBytes(bytes.byteLength, label)
  const found = sniff(bytes)
  if (found.kind === 'refused') throw unreadable(`${label} is ${found.label}, which is not read. ${found.advice}`)
  if (found.kind === 'unknown')
    throw unreadable(`${label} is not an image in a format that is read (JPEG, PNG, TIFF, WebP, BMP, GIF).`)
  if (found.kind === 'tiff' && isRawName(fileName))
    throw unreadable(
      `${label} is a camera raw file, of which only a preview could be read. Develop it to TIFF or PNG and add that.`,
    )
  let decoded: Decoded
  try {
    decoded = found.kind === 'bmp' ? throughBmp(bytes, label) : await throughVips(bytes, found.kind, label)
  } catch (cause) {
    if (cause instanceof UserFacingError) throw cause
    throw complaint(cause, label, found.label)
  }
  const warning = mislabelled(fileName, found.kind)
  if (warning !== null) decoded.facts.warnings.unshift(warning)
  return decoded
}
