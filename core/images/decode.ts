// Turns a file from outside into oriented sRGB pixels and a record of what was found, or says why it cannot.
import type { Metadata } from 'sharp'
import { UserFacingError } from '../contract/errors.ts'
import type { ImportFacts } from '../contract/evidence.ts'
import { decodeBmp } from './bmp.ts'
import { exifFacts } from './exif.ts'
import { fileLabel } from './fileLabel.ts'
import { flattenOnBlack } from './flatten.ts'
import { iccDescription } from './icc.ts'
import { checkBytes, checkSize, MAX_PIXELS } from './limits.ts'
import type { Image8 } from './pixels.ts'
import { pngFrames } from './png.ts'
import { isRawName, mislabelled, sniff, type Readable } from './sniff.ts'
import { sharp } from './vips.ts'

export interface Decoded {
  readonly image: Image8
  readonly facts: ImportFacts
}

/** No picture of allowed size takes this long; a file made to occupy the decoder does. */
const TIMEOUT_SECONDS = 60

const transparency = 'transparent pixels were set on black'

const unreadable = (message: string, cause?: unknown) => new UserFacingError('unreadable-file', message, { cause })

/** What a decoder's complaint means for the person. Its own words are technical but help a colleague: they stay. */
function complaint(cause: unknown, label: string, kind: string): UserFacingError {
  const words = cause instanceof Error ? cause.message : String(cause)
  if (/premature end|truncat|unexpected end|end of (stream|file)|not enough data|no data|read error|eof/i.test(words))
    return unreadable(`${label} is truncated or damaged: the ${kind} data end too early. Get a complete copy.`, cause)
  if (/timeout/i.test(words))
    return unreadable(`${label} took longer than ${TIMEOUT_SECONDS} s to decode and was given up.`, cause)
  const detail = words
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
  return unreadable(
    `${label} is truncated or damaged: it cannot be decoded as ${kind} (${detail}). Get another copy.`,
    cause,
  )
}

function colourName(meta: Metadata): string {
  const named: Record<string, string> = {
    srgb: 'RGB',
    rgb: 'RGB',
    rgb16: 'RGB',
    'b-w': 'grey',
    grey16: 'grey',
    cmyk: 'CMYK',
  }
  return (named[meta.space] ?? meta.space) + (meta.isPalette ? ', palette' : '') + (meta.hasAlpha ? ', alpha' : '')
}

/** Bits per sample as stored; refuses numbers that have no fixed black and white. */
function bitDepth(meta: Metadata, label: string): number {
  if (meta.depth !== 'uchar' && meta.depth !== 'ushort')
    throw unreadable(
      `${label} stores its pixels as ${meta.depth} numbers, whose black and white are not fixed: save it with 8 or 16 bits.`,
    )
  return meta.bitsPerSample ?? (meta.depth === 'ushort' ? 16 : 8)
}

async function pixelsOf(bytes: Uint8Array, alpha: boolean, failOn: 'warning' | 'error') {
  const upright = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn, autoOrient: true })
    .timeout({ seconds: TIMEOUT_SECONDS })
    .toColourspace('srgb')
  return (alpha ? upright.ensureAlpha() : upright.removeAlpha()).raw().toBuffer({ resolveWithObject: true })
}

/**
 * Decodes through libvips. 'warning' first: a file that decodes without any complaint is what it should be. Where only
 * the decoder's warnings stand against it (a damaged part of a JPEG that still fills the picture), 'error' lets it
 * through and the record says so; what is truncated fails both.
 */
async function throughVips(bytes: Uint8Array, kind: Readable, label: string): Promise<Decoded> {
  const named = kind === 'webp' ? 'WebP' : kind.toUpperCase()
  let meta: Metadata
  try {
    // The header alone, without a pixel limit: checkSize can then say how large the picture claims to be.
    meta = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata()
  } catch (cause) {
    throw complaint(cause, label, named)
  }
  checkSize(meta.width, meta.height, label)
  const bits = bitDepth(meta, label)
  const warnings: string[] = []
  let decoded: Awaited<ReturnType<typeof pixelsOf>>
  try {
    decoded = await pixelsOf(bytes, meta.hasAlpha, 'warning')
  } catch {
    try {
      decoded = await pixelsOf(bytes, meta.hasAlpha, 'error')
    } catch (cause) {
      throw complaint(cause, label, named)
    }
    warnings.push('the decoder found damage in the file: parts of the picture may be wrong')
  }
  const { data, info } = decoded
  if (info.channels !== (meta.hasAlpha ? 4 : 3))
    throw unreadable(`${label} has a number of colour channels that is not read: save it as RGB or grey.`)
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const { rgb, transparent } = meta.hasAlpha ? flattenOnBlack(raw) : { rgb: raw, transparent: false }

  const frames = Math.max(meta.pages ?? 1, kind === 'png' ? pngFrames(bytes) : 1)
  if (frames > 1)
    warnings.push(
      kind === 'tiff'
        ? `the file has ${frames} pages: the first is used`
        : `animated: the first of ${frames} frames is used`,
    )
  if (transparent) warnings.push(transparency)
  if (meta.space === 'cmyk') warnings.push('CMYK colours were converted to sRGB')
  const exif = meta.exif === undefined ? { facts: {}, damaged: false } : exifFacts(meta.exif)
  if (exif.damaged) warnings.push('the EXIF data are damaged: only a part could be read')
  const icc = meta.icc === undefined ? null : (iccDescription(meta.icc) ?? 'unnamed profile')
  const orientation =
    meta.orientation !== undefined && meta.orientation >= 1 && meta.orientation <= 8 ? meta.orientation : 1
  return {
    image: { width: info.width, height: info.height, data: rgb },
    facts: {
      format: kind,
      width: info.width,
      height: info.height,
      orientation,
      bitDepth: bits,
      colour: colourName(meta),
      icc,
      frames,
      exif: exif.facts,
      warnings,
    },
  }
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
      warnings: opaque ? [] : [transparency],
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
